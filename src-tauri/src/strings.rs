//! The texts that the window shows outside its pages: tray, native dialogs, titles. They are
//! in the crate `messages`, under `native-CODE`.

use keyhaven_client::messages::{self, Family};
use keyhaven_client::{Language, Style};
use keyhaven_exchange::{Format, LeftOutReason, ProposalReason};
use keyhaven_rules::text::visible;
use keyhaven_rules::{Expected, coded};

use crate::arguments::PromptKind;

/// The program's name.
pub const NAME: &str = "Keyhaven";

coded! {
    /// A text that the window shows outside its pages.
    NativeText as NATIVE_TEXTS {
        /// Which backup is restored.
        BackupMade { /** When. */ made: String, /** How many keys it holds. */ keys: u32 },
        // Errors of the start, on the terminal
        /// There is no display.
        NoDisplay,
        /// The display takes no windows of ours.
        DisplayRefused { /** Its name. */ name: String },
        /// What to do without a display.
        NoDisplayHint,
        /// No font is installed.
        NoFont,
        /// What to do without a font.
        NoFontHint,
        /// The toolkit cannot go on.
        ToolkitFailed { /** What it says. */ message: String },
        /// The process that draws a page ended by itself.
        PageProcessEnded,
        /// What to do where WebKit does not work.
        WebKitHint,
        // Tray
        /// Shows the window.
        Open,
        /// Unlocks the vault.
        Unlock,
        /// Locks the vault.
        LockNow,
        /// Ends the window's process; the agent goes on.
        Quit,
        /// Starts a profile.
        RunProfile { /** The profile. */ name: String },
        /// What is due, in a line.
        Due { /** Overdue keys. */ overdue: u32, /** Due within a week. */ soon: u32 },
        // Titles of prompts
        /// Of the prompt that creates a vault.
        TitleCreate,
        /// Of the prompt that unlocks it.
        TitleUnlock,
        /// Of the prompt that confirms settings.
        TitleConfigure,
        /// Of a shown value.
        TitleReveal,
        /// Of the prompt that changes the password.
        TitlePassword,
        /// Of the prompt that shows the recovery key.
        TitleRecovery,
        /// Of the prompt that restores a backup.
        TitleRestore,
        /// Of the prompt that saves what can be read of a damaged vault.
        TitleSalvage,
        /// Of the prompt that changes the vault key.
        TitleRekey,
        // Pickers
        /// Title of the picker for the folder of a launch.
        ChooseDirectory,
        /// Title of the picker for a backup.
        ChooseBackup,
        /// Title of the picker for the folder of a salvaged vault.
        ChooseSalvageFolder,
        /// Title of the picker for a file to import.
        ChooseImport { /** What can be imported, each as `Format`. */ formats: String },
        /// A format that can be imported.
        Format { /** Its title. */ title: String },
        /// Takes the file or folder that is picked.
        Choose,
        /// Refuses, or leaves a picker.
        Cancel,
        // Questions
        /// Before a file is read as a format that was not detected.
        UnknownFormatQuestion { /** Its name. */ file: String },
        /// As which format it could be read.
        UnknownFormatText { /** The format's title. */ title: String },
        /// Agrees to that.
        ReadAs { /** The format's title. */ title: String },
        /// Before a file in another encoding is imported.
        ConvertQuestion,
        /// Which file and encoding.
        ConvertText { /** The file. */ file: String, /** Its encoding. */ encoding: String },
        /// Agrees to that.
        Convert,
        /// Before the launches of this process are ended with it.
        QuitQuestion,
        /// Which launches.
        QuitText { /** Their commands, one a line. */ commands: String },
        /// Ends them and the process.
        QuitYes,
        /// Before a command gets keys.
        CommandQuestion,
        /// Before a shell gets keys.
        ShellQuestion,
        /// Before a command gets keys of production.
        ProductionCommandQuestion,
        /// Before a shell gets keys of production.
        ProductionShellQuestion,
        /// Before a profile of production is saved.
        ProductionProfileQuestion,
        /// What a production environment is.
        ProductionPlace { /** `PROJECT/ENVIRONMENT`. */ place: String },
        /// Confirms a command.
        Run,
        /// Before a profile is saved.
        ProfileQuestion,
        /// Confirms a profile.
        Save,
        /// In place of a command.
        ShellInTerminal,
        /// What a launch of an environment gets.
        EveryKeyOf { /** `PROJECT/ENVIRONMENT`. */ place: String },
        /// What a profile without a choice gets.
        EveryKey,
        /// What a launch of a profile gets.
        KeysByProfile { /** Which keys. */ keys: String, /** `PROJECT/ENVIRONMENT`. */ place: String, /** The profile. */ profile: String },
        /// The profile allows production keys.
        ProductionAmong,
        /// What the profile leaves out.
        Except { /** Which keys. */ names: String },
        /// The scopes of which a key needs one.
        Needs { /** The scopes. */ scopes: String },
        /// How each variable begins.
        Prefix { /** The prefix. */ prefix: String },
        /// The environment is clean.
        Clean,
        /// What a clean environment keeps.
        Keep { /** Which variables. */ names: String },
        /// A variable with its text.
        Assigned { /** The variable. */ variable: String, /** Its text. */ text: String },
        /// Where a launch runs.
        Directory { /** The folder. */ path: String },
        /// Where a launch runs for which no folder was chosen.
        HomeDirectory,
        /// When a person is asked again.
        AskedOnce,
        /// What a launch has that was confirmed otherwise.
        ChangedSince { /** As the next five. */ what: String },
        /// The launch has changed in a way that has no words.
        ChangedSomehow,
        /// The command is another one.
        ChangedCommand,
        /// The folder is another one.
        ChangedDirectory,
        /// There are variables that were not there.
        ChangedAdded { /** How many. */ count: usize },
        /// Something else fills variables.
        ChangedFilled { /** How many. */ count: usize },
        /// There are variables no more.
        ChangedRemoved { /** How many. */ count: usize },
        /// A variable and what fills it.
        Filled { /** The variable. */ variable: String, /** Fields. */ from: String },
        /// A variable, its text, and what is in it.
        FilledText { /** The variable. */ variable: String, /** Its text. */ text: String, /** Fields. */ from: String },
        /// A field that is not secret.
        PlainField { /** The field. */ field: String },
        /// A variable that may load code.
        LoadsCode { /** As the three before. */ line: String },
        /// A variable that was not there.
        NewVariable { /** As the four before. */ line: String },
        /// A variable that something else fills.
        ChangedVariable { /** As `NewVariable`. */ line: String },
        /// Before a variable may load code.
        LoaderQuestion,
        /// Which variables.
        LoaderText { /** The credential. */ name: String, /** The variables. */ variables: String },
        /// Before an environment gets a lower tier.
        TierQuestion,
        /// Which environment and tiers.
        TierText { /** `PROJECT/ENVIRONMENT`. */ place: String, /** Its tier. */ from: String, /** Its new tier. */ to: String, /** How many keys it holds. */ keys: u32 },
        /// Before a key gets another page.
        PageQuestion,
        /// Which key and page.
        PageText { /** The credential. */ name: String, /** The page. */ url: String },
        /// Before a secret becomes plain.
        PlainQuestion,
        /// Which field.
        PlainText { /** The credential. */ name: String, /** The field. */ field: String },
        /// Before a key fills another variable.
        VariableQuestion,
        /// It fills another one.
        VariableReplaced { /** The credential. */ name: String, /** The variable. */ before: String, /** The new one. */ after: String },
        /// It fills one, and filled none.
        VariableAdded { /** The credential. */ name: String, /** The variable. */ variable: String },
        /// It fills none any more.
        VariableRemoved { /** The credential. */ name: String, /** The variable. */ variable: String },
        /// Before a variable is set that changes what programs do.
        MarkedQuestion,
        /// Which variables.
        MarkedText { /** Their names. */ variables: String },
        /// Before confirmed launches get more variables.
        NewVariablesQuestion,
        /// Which variables, and where.
        NewVariablesText { /** `PROJECT/ENVIRONMENT`. */ place: String, /** Their names. */ variables: String },
        /// Before a check may send a key elsewhere.
        DestinationQuestion,
        /// To which service.
        ServiceText { /** The credential. */ name: String, /** Its service. */ before: Option<String>, /** The new one. */ after: String },
        /// By which fields, which are no secrets.
        DestinationText { /** The credential. */ name: String, /** Their names. */ fields: String },
        /// Before a person is reminded less of a key.
        RemindersQuestion,
        /// The expiry would be later.
        ExpiryLater { /** The credential. */ name: String, /** Its expiry. */ before: String, /** The new one. */ after: String },
        /// There would be no expiry.
        ExpiryRemoved { /** The credential. */ name: String, /** Its expiry. */ before: String },
        /// The rotation would be due later.
        RotationLater { /** The credential. */ name: String, /** When it is due. */ before: String, /** The new date. */ after: String },
        /// There would be no fixed rotation date.
        RotationDateRemoved { /** The credential. */ name: String, /** The date. */ before: String },
        /// More days would be between rotations.
        RotationRarer { /** The credential. */ name: String, /** Days. */ before: u32, /** More of them. */ after: u32 },
        /// There would be no rotation interval.
        RotationRemoved { /** The credential. */ name: String, /** Days. */ before: u32 },
        /// It would never be rotated.
        NeverRotated { /** The credential. */ name: String },
        /// Reminders that would not come.
        FewerReminders { /** The credential. */ name: String, /** How many days before. */ days: String },
        /// An older version would be current again, of which it is not known when it expires.
        UnknownDates { /** The credential. */ name: String, /** The version. */ version: u32, /** The expiry that it would have. */ expires: Option<String> },
        /// Reminders would be quiet.
        Snoozed { /** The credential. */ name: String, /** Until this day. */ day: String },
        /// Before an older version is discarded.
        DiscardQuestion,
        /// Which version.
        DiscardText { /** The credential. */ name: String, /** The version. */ version: u32 },
        /// The same for an import, which may replace other values too.
        DiscardImportText { /** The credential. */ name: String, /** The version. */ version: u32 },
        /// Before several of these changes.
        ChangesQuestion,
        /// The end of each question about a change.
        OnlyIfYouAsked,
        /// More names than are shown.
        AndMore { /** Those that are shown. */ names: String, /** How many more. */ count: usize },
        /// Agrees to a change that makes something less safe.
        Allow,
        /// Before the trash is emptied.
        EmptyTrashQuestion { /** How many keys are in it. */ keys: u32 },
        /// What that does.
        EmptyTrashText,
        /// Agrees to that.
        Erase,
        /// Before a backup replaces the vault.
        RestoreQuestion,
        /// What a restore does.
        RestoreText { /** The backup's file. */ backup: String },
        /// Agrees to that.
        RestoreYes,
        /// Before the window closes while something is not stored.
        UnsavedQuestion { /** What, as `UnsavedWork`. */ work: String },
        /// What follows from that.
        UnsavedText,
        /// Agrees to that.
        Discard,
        /// Refuses that.
        Stay,
        /// Before a prompt closes whose recovery key was not saved.
        UnsavedKeyQuestion,
        /// What follows from that.
        UnsavedKeyText,
        /// Agrees to that.
        Close,
        /// Refuses that.
        GoBack,
    }
}

impl NativeText {
    /// In the user's language.
    pub fn text(&self) -> String {
        let language = Language::of_environment();
        messages::text(language, Style::Terminal, Family::Native, self).message
    }
}

/// The title of a prompt's window.
pub fn prompt_title(kind: PromptKind) -> String {
    let title = match kind {
        PromptKind::Create => NativeText::TitleCreate,
        PromptKind::Unlock => NativeText::TitleUnlock,
        PromptKind::Configure => NativeText::TitleConfigure,
        PromptKind::Reveal => NativeText::TitleReveal,
        PromptKind::Password => NativeText::TitlePassword,
        PromptKind::Recovery => NativeText::TitleRecovery,
        PromptKind::Restore => NativeText::TitleRestore,
        PromptKind::Salvage => NativeText::TitleSalvage,
        PromptKind::Rekey => NativeText::TitleRekey,
    };
    title.text()
}

/// What is due, in a line.
pub fn due(overdue: u32, soon: u32) -> String {
    NativeText::Due { overdue, soon }.text()
}

/// A text without what would steer the dialog.
pub fn shown(text: &str) -> String {
    visible(text).into_owned()
}

/// Texts of others in a sentence.
pub fn listed(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| shown(word)).collect();
    messages::list(Language::of_environment(), &words)
}

/// Title of the file picker for imports.
pub fn choose_import() -> String {
    let formats = Format::ALL.map(|format| {
        let title = format.title().into();
        NativeText::Format { title }.text()
    });
    let formats = messages::list(Language::of_environment(), &formats);
    NativeText::ChooseImport { formats }.text()
}

/// Tray: starts a profile.
pub fn run_profile(name: &str) -> String {
    let name = shown(name);
    NativeText::RunProfile { name }.text()
}

/// What became of something that is not imported unchanged, and why.
pub fn left_out(reason: &LeftOutReason) -> String {
    let language = Language::of_environment();
    messages::text(language, Style::Terminal, Family::LeftOut, reason).message
}

/// What was expected where a file cannot be read.
pub fn expected(expected: &Expected) -> String {
    let language = Language::of_environment();
    messages::text(language, Style::Terminal, Family::Expected, expected).message
}

/// Why a value is taken for a secret or not.
pub fn proposal(reason: &ProposalReason) -> String {
    let language = Language::of_environment();
    messages::text(language, Style::Terminal, Family::Proposal, reason).message
}

/// What the question about the end of children says below its title.
pub fn confirm_quit(commands: &[String]) -> String {
    let commands: Vec<String> = commands.iter().map(|command| shown(command)).collect();
    let commands = commands.join("\n");
    NativeText::QuitText { commands }.text()
}

#[cfg(test)]
mod tests {
    use keyhaven_exchange::{LEFT_OUT_REASONS, PROPOSAL_REASONS};

    use super::*;

    #[test]
    fn every_code_has_a_text() {
        let codes = NATIVE_TEXTS.iter().copied();
        let mut found = messages::differences(Family::Native, codes);
        let codes = LEFT_OUT_REASONS.iter().copied();
        found.extend(messages::differences(Family::LeftOut, codes));
        let codes = PROPOSAL_REASONS.iter().copied();
        found.extend(messages::differences(Family::Proposal, codes));
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn what_is_due_is_shown_briefly() {
        assert_eq!(due(0, 0), "Nothing due this week");
        assert_eq!(due(0, 3), "3 due this week");
        assert_eq!(due(2, 0), "2 overdue");
        assert_eq!(due(1, 2), "1 overdue, 2 due this week");
    }
}
