//! What to do about a refusal where the usual hint does not help: it names options that the
//! command at hand has not. The texts are in the crate `messages`, under `advice-CODE`.

use keyhaven_client::Style;
use keyhaven_client::messages::{self, Family};
use keyhaven_rules::coded;

use crate::texts::language;

coded! {
    /// What helps in this command.
    LaunchAdvice as LAUNCH_ADVICE {
        /// Nothing does.
        Nothing,
        /// Start the program in another way than with the hook.
        RunInstead,
        /// Set a variable for the program in front of the command.
        SetInFront { /** The variable. */ variable: String, /** The command. */ command: String, /** The project file that names it. */ file: Option<String> },
        /// The same at each launch of a profile.
        SetAtLaunch { /** The variable. */ variable: String },
        /// Set a variable in the shell itself.
        SetInShell { /** The variable. */ variable: String, /** The project file that names it. */ file: Option<String> },
        /// Allow what a launch of an environment was refused.
        AllowOnce,
        /// Allow it in a profile.
        AllowInProfile { /** The profile. */ profile: String },
        /// Give a credential a new value, or allow expired ones.
        NewValue,
        /// Name the field in the reference.
        NameField { /** The credential. */ name: String, /** One of its fields. */ field: String },
        /// Name the environment in the project file.
        NameEnvironment,
        /// Name fewer credentials in the project file.
        NarrowFile,
        /// Use several templates.
        SplitTemplate,
        /// Look at a template again, and trust it.
        TrustTemplateAgain { /** Its path. */ path: String },
        /// Give a credential a scope, or change what a profile requires.
        AddScope { /** A reference to the credential. */ credential: String, /** The profile. */ profile: String },
    }
}

impl LaunchAdvice {
    /// The hint; none where nothing helps.
    pub fn text(&self) -> Option<String> {
        let text = messages::text(language(), Style::Terminal, Family::Advice, self);
        Some(text.message).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_text() {
        let found = messages::differences(Family::Advice, LAUNCH_ADVICE.iter().copied());
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn no_advice_is_no_hint() {
        assert_eq!(LaunchAdvice::Nothing.text(), None);
        assert!(LaunchAdvice::AllowOnce.text().is_some());
    }
}
