//! Which project and environment a file belongs to, by where it lies.

use std::ffi::OsStr;
use std::path::Path;

use keyhaven_protocol::view::Tier;
use keyhaven_rules::names::check_name;
use serde::Serialize;

/// Where the keys of a file may belong.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct PlaceGuess {
    project: Option<String>,
    environment: Option<String>,
}

impl PlaceGuess {
    /// A project keeps its file in its folder: `shop/.env.production` belongs to `shop` and
    /// `production`. A guess that could not be a name is none.
    pub(super) fn of(path: &Path) -> Self {
        let text = |part: Option<&OsStr>| {
            part?
                .to_str()
                .filter(|name| check_name(name).is_ok())
                .map(str::to_owned)
        };
        let project = text(path.parent().and_then(Path::file_name));
        let home = std::env::home_dir();
        let environment = path.file_name().and_then(OsStr::to_str).and_then(|name| {
            name.split('.')
                .find(|part| Tier::of_environment(part).is_some())
        });
        Self {
            project: project.filter(|_| path.parent() != home.as_deref()),
            environment: environment.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_guessed_from_folder_and_name() {
        let guess = |path: &str| {
            let found = PlaceGuess::of(Path::new(path));
            (found.project, found.environment)
        };
        let found = |project: &str, environment: Option<&str>| {
            (Some(project.to_owned()), environment.map(str::to_owned))
        };
        assert_eq!(guess("/srv/shop/.env"), found("shop", None));
        assert_eq!(
            guess("/srv/shop/.env.production"),
            found("shop", Some("production"))
        );
        assert_eq!(guess("/srv/shop/dev.env"), found("shop", Some("dev")));
        assert_eq!(guess("/srv/shop/.env.local"), found("shop", Some("local")));
        assert_eq!(guess("/.env"), (None, None));
    }
}
