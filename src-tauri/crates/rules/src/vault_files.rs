//! By which files a folder is known to hold a vault.

/// The two copies of the header.
pub const HEADERS: [&str; 2] = ["header-a", "header-b"];

/// Where the agent says on which socket it listens.
pub const SOCKET_NOTE: &str = "agent-socket";

/// What a folder holds of a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundFiles {
    /// Nothing.
    None,
    /// A header, and so a vault.
    Vault,
    /// Data, but no header with which it could be opened.
    WithoutHeader,
}

/// Whether this is the name of a database with its log, an anchor or a record of uses.
#[must_use]
pub fn is_data(name: &str) -> bool {
    name.starts_with("anchor-")
        || name.starts_with("uses-")
        || (name.starts_with("vault-") && name.contains(".db"))
}

/// Whether this is the name of something that Keyhaven makes in the folder of a vault, also before
/// there is a vault in it and after its files are lost.
#[must_use]
pub fn is_own(name: &str) -> bool {
    const OTHERS: [&str; 7] = [
        "lock",
        "making",
        "schedule",
        "backups",
        "agent.sock",
        "due.ics",
        SOCKET_NOTE,
    ];
    OTHERS.contains(&name)
        || HEADERS.contains(&name)
        || is_data(name)
        || name.starts_with("replaced-")
}

/// What files with these names are.
pub fn found_in(names: impl Iterator<Item = impl AsRef<str>>) -> FoundFiles {
    let mut found = FoundFiles::None;
    for name in names {
        let name = name.as_ref();
        if HEADERS.contains(&name) {
            return FoundFiles::Vault;
        }
        if is_data(name) {
            found = FoundFiles::WithoutHeader;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_makes_a_vault_and_data_alone_what_is_left_of_one() {
        for (names, expected) in [
            (vec![], FoundFiles::None),
            (
                vec!["lock", SOCKET_NOTE, "vault-note.txt"],
                FoundFiles::None,
            ),
            (vec!["lock", "vault-1.db"], FoundFiles::WithoutHeader),
            (vec!["anchor-1", "lock"], FoundFiles::WithoutHeader),
            (vec!["vault-1.db", "header-b"], FoundFiles::Vault),
            (vec!["header-a"], FoundFiles::Vault),
        ] {
            assert_eq!(found_in(names.iter()), expected, "{names:?}");
        }
    }
}
