//! What `kh` itself notes or warns about: a closed list of codes with typed parameters. The
//! texts are in the crate `messages`, under `cli-notice-CODE`.

use keyhaven_client::Style;
use keyhaven_client::messages::{self, Family};
use keyhaven_exchange::LeftOutReason;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::view::UntrustedReason;
use keyhaven_rules::{BlankEnds, Expected, coded};

use crate::texts::{language, whole};

coded! {
    /// What `kh` itself notes or warns about.
    CliNotice as CLI_NOTICES {
        /// The agent did not answer, and got a signal.
        AgentMadeToEnd,
        /// The agent has another version.
        OtherAgent,
        /// A new environment counts as production.
        NewProduction { /** `PROJECT/ENVIRONMENT`. */ location: String },
        /// A new project, next to others.
        NewProject { /** Its name. */ project: String, /** One that may have been meant. */ similar: Option<String> },
        /// A value holds characters that nobody sees.
        HiddenCharacters { /** Whose. */ name: String, /** Which. */ characters: Vec<String> },
        /// A value begins or ends with blanks.
        BlankEnds { /** Whose. */ name: String, /** Where. */ ends: BlankEnds },
        /// The project file cannot be used.
        ProjectFileIgnored { /** Why. */ reason: String },
        /// The project file is not trusted.
        ProjectFileUntrusted { /** The file. */ path: String, /** Why. */ reason: UntrustedReason },
        /// Keys without a provider were left out of a check.
        NotChecked { /** How many. */ count: usize },
        /// Providers report what is not stored.
        CanFill { /** About how many keys. */ count: usize },
        /// A value begins like the keys of a service, but is cut or mistyped.
        DamagedKey { /** The service. */ provider: String },
        /// A value is a key of another service than its credential.
        KeyOfOther { /** The service. */ provider: String, /** That of the credential. */ expected: String },
        /// A page could not be opened.
        PageNotOpened { /** The program that opens pages. */ program: String },
        /// The grace period of a replaced value is over.
        RevokeOld { /** The credential. */ name: String, /** Where it is revoked. */ page: Option<String>, /** Its reference. */ reference: String },
        /// A value may be a key of several services.
        SeveralProviders { /** Their ids. */ providers: Vec<String> },
        /// An expiry in the past.
        PastExpiry { /** The day. */ day: String },
        /// A new value has the expiry of the old one.
        ExpiryKept { /** When that is. */ day: String, /** The credential. */ reference: String },
        /// A new value has no expiry, since that of the old one has passed.
        ExpiryForgotten { /** When that was. */ day: String, /** The credential. */ reference: String },
        /// A key that gets a new value by an import has the expiry of the old one.
        ImportExpiryKept { /** The credential. */ name: String, /** When that is. */ day: String, /** Its reference. */ reference: String },
        /// A key that gets a new value by an import has no expiry, since that of the old one has
        /// passed.
        ImportExpiryForgotten { /** The credential. */ name: String, /** When that was. */ day: String, /** Its reference. */ reference: String },
        /// A credential that is snoozed is never due.
        NeverDue { /** The credential. */ name: String },
        /// A trusted file may name a credential by its old name.
        OldName { /** The file. */ path: String, /** The old name. */ name: String },
        /// A value that no launch can set as a variable.
        NotForEnvironment { /** The variable. */ variable: String, /** A reference to what sets it. */ reference: String, /** Why. */ problem: Problem },
        /// A variable that launches refuse.
        LoaderVariable { /** The variable. */ variable: String, /** A reference to the credential that sets it. */ reference: String },
        /// A trusted file may not use production keys.
        NoProduction { /** The file, where it is not the project file of the folder. */ file: Option<String> },
        /// A key has changed, and the command is started again.
        Restarting,
        /// A new master password is easy to guess.
        WeakPassword { /** What makes it so. */ reason: Option<String>, /** How long guessing takes. */ time: String },
        /// The old password still unlocks copies.
        OldPassword,
        /// Something of an import is not taken unchanged.
        LeftOut { /** Its line. */ line: u32, /** Its name. */ name: String, /** What became of it. */ left_out: LeftOutReason },
        /// A line of an import cannot be read.
        SkippedLine { /** Its line. */ line: u32, /** Its column. */ column: u32, /** What should stand there. */ expected: Expected },
        /// The vault has a value of an import from elsewhere.
        Existing { /** Its line. */ line: u32, /** Its variable. */ name: String, /** The credential in the way. */ with: String },
        /// The values of an AWS key become separate credentials.
        AwsKey { /** Their variables. */ names: Vec<String> },
        /// An import has older values.
        OlderValues,
        /// A value is too short to be masked.
        ShortValue { /** The variable. */ variable: String },
        /// A value is an ordinary word, which masking hides everywhere.
        OrdinaryValue { /** The variable, where it holds nothing else. */ variable: Option<String>, /** The credential. */ reference: String },
        /// A value without a variable is too short to be masked.
        ShortPart,
        /// No agent runs, until one is started again.
        AgentStopped,
        /// No agent runs, and none will be noticed.
        WatchEnded,
        /// An agent runs again.
        WatchContinues,
        /// A launch sets no variable.
        NoVariables { /** `PROJECT/ENVIRONMENT`. */ location: String },
        /// The hook of a shell does not use a project file.
        HookFile { /** Why. */ reason: String },
        /// The hook has loaded variables.
        HookLoaded { /** `PROJECT/ENVIRONMENT`. */ location: String, /** Variables. */ count: usize },
        /// The hook has loaded the current values.
        HookReloaded { /** `PROJECT/ENVIRONMENT`. */ location: String, /** Variables. */ count: usize },
        /// The hook has put back what was there before.
        HookUnloaded { /** `PROJECT/ENVIRONMENT`. */ location: String },
        /// The hook has loaded nothing.
        HookNotLoaded { /** Why. */ reason: String },
        /// The hook has loaded nothing: the shell cannot give a step so much.
        HookTooMany,
        /// Variables hold another value than the one that the hook has loaded.
        HookChanged { /** `PROJECT/ENVIRONMENT`. */ location: String, /** Their names. */ variables: String, /** How many. */ count: usize },
        /// The hook has put back what was there before, but for variables that hold another value.
        HookUnloadedExcept { /** `PROJECT/ENVIRONMENT`. */ location: String, /** Their names. */ variables: String, /** How many. */ count: usize },
        /// The hook cannot set a variable.
        HookReadOnly { /** The variable. */ variable: String },
        /// The hook waits for the agent.
        HookWaits,
        /// The hook keeps what it has loaded.
        HookKept { /** `PROJECT/ENVIRONMENT`. */ location: String, /** Why. */ reason: String },
        /// A shell splits what it should read as it is.
        ShellUnquoted,
        /// A shell keeps a variable as it is.
        ShellReadOnly { /** The variable. */ variable: String },
        /// The files of a shell have set variables again.
        ShellOverwritten { /** Their names. */ variables: String },
        /// The files of a shell have made variables read-only.
        ShellFixed { /** Their names. */ variables: String },
        /// A file of a shell hands over to another program.
        ShellHandsOver { /** The command. */ command: String },
        /// A file of a shell may start one whose server may be running already.
        ShellServer { /** The command. */ command: String },
        /// The agent did not answer in the time that the hook waits.
        HookLate { /** How long that is. */ milliseconds: u64 },
        /// A text may have been meant as a reference.
        MeantReference { /** As it is written. */ written: String, /** As it would have to be. */ reference: String },
        /// The same in a variable.
        VariableMeantReference { /** The variable. */ variable: String, /** As it is written. */ written: String, /** As it would have to be. */ reference: String },
    }
}

impl CliNotice {
    /// What is to be noted, with what to do about it.
    pub fn text(&self) -> String {
        whole(messages::text(
            language(),
            Style::Terminal,
            Family::CliNotice,
            self,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_text() {
        let found = messages::differences(Family::CliNotice, CLI_NOTICES.iter().copied());
        assert!(found.is_empty(), "{found:#?}");
    }
}
