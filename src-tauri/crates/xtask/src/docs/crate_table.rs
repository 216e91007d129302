//! Which crate may use which: the table in `CONTRIBUTING.md`, compared with the `Cargo.toml`
//! files. The comment at the top of the root `Cargo.toml` lists every crate as well.

use crate::cargo::Member;

/// The head of the table.
const HEAD: &str = "| crate | job | uses |";

/// Rows of the table that are wrong, missing or too many.
pub fn differences(contributing: &str, members: &[Member]) -> Vec<String> {
    let rows: Vec<Vec<&str>> = contributing
        .lines()
        .skip_while(|line| *line != HEAD)
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    if rows.is_empty() {
        return vec![format!("CONTRIBUTING.md: there is no table `{HEAD}`")];
    }
    let mut wrong = Vec::new();
    for member in members {
        let row = rows.iter().find(|row| unquoted(row[0]) == [member.name()]);
        let job = row.and_then(|row| row.get(1)).copied();
        let uses = row.and_then(|row| row.get(2)).copied().map(unquoted);
        if uses.is_none_or(|uses| uses != member.uses) {
            let job = job.unwrap_or(&member.description);
            wrong.push(format!(
                "CONTRIBUTING.md: the row of {} has to be: {}",
                member.name(),
                row_of(member, job)
            ));
        }
    }
    for row in rows {
        if !members
            .iter()
            .any(|member| unquoted(row[0]) == [member.name()])
        {
            wrong.push(format!("CONTRIBUTING.md: there is no crate {}", row[0]));
        }
    }
    wrong
}

fn row_of(member: &Member, job: &str) -> String {
    let quoted: Vec<String> = member.uses.iter().map(|name| format!("`{name}`")).collect();
    format!("| `{}` | {job} | {} |", member.name(), quoted.join(", ")).replace("|  |", "| |")
}

/// The names in a cell such as `` `a`, `b` ``, sorted.
fn unquoted(cell: &str) -> Vec<&str> {
    let names = cell.split(',').map(|name| name.trim().trim_matches('`'));
    let mut names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names
}

/// Crates that the comment at the top of the root `Cargo.toml` lacks, or has too many.
pub fn unlisted(manifest: &str, members: &[Member]) -> Vec<String> {
    let comment = manifest.lines().take_while(|line| line.starts_with('#'));
    let listed: Vec<&str> = comment
        .filter_map(|line| line.strip_prefix("# ")?.split_once("  "))
        // A line that goes on has no name.
        .filter_map(|(name, _)| (!name.is_empty()).then_some(name))
        .collect();
    let missing = members
        .iter()
        .filter(|member| !listed.contains(&member.name()));
    let mut wrong: Vec<String> = missing
        .map(|member| {
            format!(
                "Cargo.toml: the comment at the top lacks: # {:<10} {}",
                member.name(),
                member.description
            )
        })
        .collect();
    let unknown = listed
        .iter()
        .filter(|name| !members.iter().any(|member| member.name() == **name));
    wrong.extend(unknown.map(|name| format!("Cargo.toml: there is no crate {name}")));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members() -> Vec<Member> {
        let member = |folder: &str, uses: &[&str]| Member {
            folder: folder.into(),
            description: "Does it".into(),
            uses: uses.iter().map(|name| (*name).to_owned()).collect(),
        };
        vec![
            member("src-tauri/crates/secret", &[]),
            member("src-tauri/crates/vault", &["rules", "secret"]),
        ]
    }

    #[test]
    fn the_table_has_to_agree_with_the_manifests() {
        let table = format!(
            "{HEAD}\n|---|---|---|\n| `secret` | Hides | |\n| `vault` | Stores | `secret`, `rules` |\n"
        );
        assert_eq!(differences(&table, &members()), Vec::<String>::new());
        let wrong = table.replace("`secret`, `rules`", "`secret`") + "| `gone` | | |\n";
        assert_eq!(
            differences(&wrong, &members()),
            [
                "CONTRIBUTING.md: the row of vault has to be: | `vault` | Stores | `rules`, `secret` |",
                "CONTRIBUTING.md: there is no crate `gone`"
            ]
        );
        let missing = table.replace("| `secret` | Hides | |\n", "");
        assert_eq!(
            differences(&missing, &members()),
            ["CONTRIBUTING.md: the row of secret has to be: | `secret` | Does it | |"]
        );
        assert_eq!(differences("no table", &members()).len(), 1);
    }

    #[test]
    fn the_map_lists_every_crate() {
        let map = "# Keyhaven\n#\n# secret     hides\n#            things\n# vault      stores\n[workspace]\n";
        assert_eq!(unlisted(map, &members()), Vec::<String>::new());
        let wrong = unlisted(&map.replace("vault", "gone "), &members());
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }
}
