//! What a damaged vault still holds, in a new one.

use rustix::io::Errno;

use super::errors::assert_honest;
use super::verifying::lively;
use super::*;
use crate::faults::{Disk, Fault, FaultPlan};

const NEW: &[u8] = b"another password";

/// Salvages the home's vault into a folder.
fn salvage_into(home: &Home, into: &Path) -> Result<Salvaged, VaultError> {
    let folder = Folder::open(&home.vault())?;
    let locked = Locked::read_damaged(folder, home.options())?;
    let kek = locked.password_job()?.run(&secret(PASSWORD))?;
    let options = home.options();
    let kdf = options.policy.calibrate(|| Duration::ZERO)?;
    let (_, salvaged) = locked.salvage(&kek, into, &secret(NEW), kdf, &home.context(), options)?;
    Ok(salvaged)
}

/// Opens what was salvaged.
fn open_new(home: &Home, path: &Path) -> Unlocked {
    let locked = Locked::read(Folder::open(path).unwrap(), home.options()).unwrap();
    let opened = locked.unlock(&secret(NEW), &home.context());
    opened.map_err(|failure| failure.error).unwrap()
}

/// Salvages the home's vault into a folder next to it; returns the result and the new vault.
pub(crate) fn salvage(home: &Home) -> (Salvaged, Unlocked) {
    let path = home.path().join("salvaged");
    let salvaged = salvage_into(home, &path).unwrap();
    (salvaged, open_new(home, &path))
}

#[test]
fn a_whole_vault_is_salvaged_whole() {
    let (home, vault) = lively();
    home.close(vault);
    let (salvaged, mut vault) = salvage(&home);
    assert_eq!((salvaged.credentials, salvaged.versions), (3, 6));
    assert_eq!(salvaged.lost, []);
    let one = vault.find(&location("shop", "dev"), "one").unwrap();
    assert_eq!(text_of(&vault, one.id, None), "third");
    assert_eq!(text_of(&vault, one.id, Some(1)), "first");
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn each_broken_page_loses_only_what_lies_on_it_and_that_is_named() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    for number in 0..200 {
        let name = format!("key-{number:03}");
        vault
            .add(&home.context(), credential(&name, &name))
            .unwrap();
    }
    home.close(vault);
    let path = home.vault().join("vault-1.db");
    let whole = std::fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    let (mut with_losses, mut unreadable, mut tried, mut mostly) = (0, 0, 0, 0);
    for page in (0..pages).step_by(3) {
        let mut bent = whole.clone();
        bent[page * 4096 + 3000] ^= 1;
        std::fs::write(&path, &bent).unwrap();
        let into = home.path().join(format!("salvaged-{page}"));
        let Ok(salvaged) = salvage_into(&home, &into) else {
            assert!(!into.exists(), "page {page}");
            unreadable += 1;
            continue;
        };
        let vault = open_new(&home, &into);
        let found = vault
            .list(&CredentialFilter::default(), &home.clock())
            .unwrap();
        let readable = found
            .iter()
            .filter(|one| {
                vault
                    .value(one.credential.id, None, None)
                    .is_ok_and(|(_, value)| value.expose() == one.credential.name.as_bytes())
            })
            .count();
        // Whatever is not there with its value is named as lost.
        assert!(
            readable + salvaged.lost.len() >= 200,
            "page {page}: {readable} and {} lost",
            salvaged.lost.len()
        );
        mostly += usize::from(readable >= 150);
        tried += 1;
        with_losses += usize::from(!salvaged.lost.is_empty());
    }
    assert!(with_losses >= 3, "{with_losses}");
    // Most pages are leaves.
    assert!(mostly * 3 >= tried * 2, "{mostly} of {tried}");
    // The roots of tables and the first page: there is no way past those.
    assert!(unreadable <= 2, "{unreadable}");
}

/// Changes the tables behind the vault's back, as pages do that come from different times;
/// locked.
fn bend(home: &Home, vault: Unlocked, sql: &str) {
    let off = "PRAGMA foreign_keys = OFF; DROP INDEX credential_living_name;";
    vault
        .connection
        .execute_batch(&format!("{off} {sql}"))
        .unwrap();
    home.close(vault);
}

/// Every living credential, as `PROJECT/ENVIRONMENT/NAME`, with its value.
fn held(home: &Home, vault: &Unlocked) -> Vec<(String, String)> {
    let found = vault
        .list(&CredentialFilter::default(), &home.clock())
        .unwrap();
    let line = |one: &Summary| {
        let Credential { location, name, .. } = &one.credential;
        let name = format!("{}/{}/{name}", location.project, location.environment);
        (name, text_of(vault, one.credential.id, None))
    };
    found.iter().map(line).collect()
}

/// A key of the same name and variable in each of these places.
fn spread(locations: &[Location]) -> (Home, Unlocked) {
    let home = Home::new();
    let (mut vault, _) = home.create();
    for location in locations {
        let mut new = credential("stripe", &location.project);
        new.location = location.clone();
        vault.add(&home.context(), new).unwrap();
    }
    (home, vault)
}

#[test]
fn projects_that_lost_their_names_stay_apart() {
    let (home, vault) = spread(&[location("blog", "dev"), location("shop", "dev")]);
    bend(&home, vault, "DELETE FROM project");
    let (salvaged, mut vault) = salvage(&home);
    assert_eq!((salvaged.credentials, salvaged.versions), (2, 2));
    assert_eq!(salvaged.changed, []);
    let held = held(&home, &vault);
    let mut values: Vec<&str> = held.iter().map(|(_, value)| value.as_str()).collect();
    values.sort_unstable();
    assert_eq!(values, ["blog", "shop"]);
    for (name, _) in &held {
        let project = name.split('/').next().unwrap();
        assert!(project.starts_with("salvaged-"), "{name}");
        let lost = LostItem::ProjectName {
            now: project.into(),
        };
        assert!(salvaged.lost.contains(&lost), "{:?}", salvaged.lost);
    }
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn what_does_not_fit_together_is_changed_and_said() {
    let (mut home, mut vault) = spread(&[location("shop", "dev")]);
    for name in ["second", "third"] {
        // The ids, and so what comes first, follow the time.
        home.pass(1);
        vault.add(&home.context(), credential(name, name)).unwrap();
    }
    // Two of one name, and two that fill one variable.
    bend(
        &home,
        vault,
        "UPDATE credential SET name = 'stripe' WHERE name = 'second';
         UPDATE credential SET fields = replace(fields, 'THIRD', 'STRIPE')",
    );
    let (salvaged, mut vault) = salvage(&home);
    assert_eq!(
        salvaged.changed,
        [
            ChangedItem::CredentialRenamed {
                was: "shop/dev/stripe".into(),
                now: "shop/dev/stripe-2".into(),
            },
            ChangedItem::VariableCleared {
                credential: "shop/dev/third".into(),
                variable: "STRIPE".into(),
                by: "shop/dev/stripe".into(),
            },
        ]
    );
    let pair = |name: &str, value: &str| (format!("shop/dev/{name}"), value.to_owned());
    assert_eq!(
        held(&home, &vault),
        [
            pair("stripe", "shop"),
            pair("stripe-2", "second"),
            pair("third", "third")
        ]
    );
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn two_environments_of_one_name_and_different_tiers_stay_apart() {
    let home = Home::new();
    let (mut vault, _) = home.create();
    vault
        .add(&home.context(), credential("stripe", "lost"))
        .unwrap();
    let id: uuid::Uuid = vault
        .connection
        .query_row("SELECT id FROM project", [], |row| {
            row.get(0).map(uuid::Uuid::from_bytes)
        })
        .unwrap();
    // The name that the project without one is to get is there already.
    let taken = format!("salvaged-{}", &id.simple().to_string()[20..]);
    let mut new = credential("stripe", "there");
    new.location = location(&taken, "dev");
    new.tier = Some(Tier::Production);
    vault.add(&home.context(), new).unwrap();
    bend(&home, vault, "DELETE FROM project WHERE name = 'shop'");
    let (salvaged, mut vault) = salvage(&home);
    let renamed = ChangedItem::EnvironmentRenamed {
        was: location(&taken, "dev"),
        now: location(&taken, "dev-2"),
    };
    assert_eq!(salvaged.changed, [renamed]);
    let mut values: Vec<_> = held(&home, &vault)
        .into_iter()
        .map(|(_, value)| value)
        .collect();
    values.sort();
    assert_eq!(values, ["lost", "there"]);
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn a_salvage_that_fails_leaves_nothing() {
    let (home, vault) = lively();
    home.close(vault);
    let states = || {
        let entries = std::fs::read_dir(home.path().join("state")).unwrap();
        entries.count()
    };
    let mut failed = 0;
    for fault in [Errno::IO, Errno::NOSPC] {
        for at in 0.. {
            let (outer, into) = (home.path().join("outer"), home.path().join("outer/new"));
            let (fault, before) = (Fault::Once(fault), states());
            let disk = Disk::failing(home.path(), FaultPlan { at, fault });
            let result = salvage_into(&home, &into);
            let struck = disk.struck();
            drop(disk);
            if let Err(error) = result {
                assert_honest(&error, fault, at);
                assert!(!outer.exists(), "{fault:?} at {at}: {error}");
                assert_eq!(states(), before, "{fault:?} at {at}");
                failed += 1;
            } else {
                open_new(&home, &into);
                std::fs::remove_dir_all(&outer).unwrap();
            }
            if !struck {
                break;
            }
        }
    }
    assert!(failed > 40, "{failed}");
}

/// What a stopped salvage leaves, as the next one finds it.
#[test]
fn a_stopped_salvage_leaves_no_vault_or_all_of_it() {
    let (home, vault) = lively();
    home.close(vault);
    let into = home.path().join("new");
    let (mut none, mut whole) = (0, 0);
    for at in 0.. {
        let fault = Fault::Stop;
        let disk = Disk::failing(home.path(), FaultPlan { at, fault });
        let done = salvage_into(&home, &into);
        let stopped = disk.struck();
        drop(disk);
        let is_vault =
            into.exists() && Locked::read(Folder::open(&into).unwrap(), home.options()).is_ok();
        assert!(is_vault || done.is_err(), "stop {at}: done, and not there");
        if is_vault {
            whole += 1;
        } else {
            none += 1;
            salvage_into(&home, &into).unwrap_or_else(|error| panic!("stop {at}: {error}"));
        }
        let mut vault = open_new(&home, &into);
        assert_eq!(held(&home, &vault).len(), 3, "stop {at}");
        assert!(vault.verify().unwrap().is_clean(), "stop {at}");
        drop(vault);
        std::fs::remove_dir_all(&into).unwrap();
        if !stopped {
            break;
        }
    }
    assert!(none > 20 && whole > 1, "{none} and {whole}");
}

#[test]
fn profiles_come_along_and_those_that_cannot_be_read_are_named() {
    let (home, mut vault) = spread(&[location("shop", "dev")]);
    for name in ["api", "web"] {
        let new = NewProfile {
            name: name.into(),
            location: location("shop", "dev"),
            config: LaunchConfig {
                command: vec![name.into()],
                allow_production: true,
                ..LaunchConfig::default()
            },
        };
        vault.add_profile(&home.context(), new).unwrap();
    }
    let mut before = vault.profile("api").unwrap();
    bend(
        &home,
        vault,
        "UPDATE profile SET created_at = 'x' WHERE name = 'web'",
    );
    let (salvaged, mut vault) = salvage(&home);
    assert_eq!(salvaged.profiles, 1);
    let lost = LostItem::Profile {
        profile: "web".into(),
    };
    assert_eq!(salvaged.lost, [lost]);
    // The permission that was read may be older than its withdrawal.
    before.config.allow_production = false;
    let changed = ChangedItem::ProfileTierWithdrawn {
        profile: "api".into(),
    };
    assert_eq!(salvaged.changed, [changed]);
    let api = vault.profile("api").unwrap();
    assert_eq!((api.id, &api.config), (before.id, &before.config));
    assert_eq!(api.location, location("shop", "dev"));
    assert!(vault.verify().unwrap().is_clean());
}

#[test]
fn only_an_empty_folder_is_filled() {
    let (home, vault) = lively();
    home.close(vault);
    let into = home.path().join("full");
    crate::format::disk::make_folder(&into).unwrap();
    std::fs::write(into.join("diary"), "dear diary").unwrap();
    let refused = salvage_into(&home, &into);
    assert!(matches!(refused, Err(VaultError::FolderNotEmpty(_))));
    // Nothing was added next to it.
    assert_eq!(std::fs::read_dir(&into).unwrap().count(), 1);
    std::fs::remove_file(into.join("diary")).unwrap();
    salvage_into(&home, &into).unwrap();
    let files = std::fs::read(into.join("vault-1.db")).unwrap();
    let refused = salvage_into(&home, &into);
    assert!(matches!(refused, Err(VaultError::VaultExists(_))));
    assert_eq!(std::fs::read(into.join("vault-1.db")).unwrap(), files);
}
