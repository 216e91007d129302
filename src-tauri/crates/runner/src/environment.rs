//! The environment of a child: the inherited variables, replaced and extended by the injected
//! ones.
//!
//! Everything is checked before anything starts. A refusal names the variable.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use keyhaven_secret::{Secret, SecretBytes};
use rustix::process::Resource;
use zeroize::Zeroizing;

use keyhaven_rules::variables::{self, MAX_STRING, VariableFault};

/// Linux: at most three quarters of 8 MiB, a quarter of the stack, and never under 128 KiB.
const MOST: u64 = 6 << 20;
const LEAST: u64 = 128 << 10;

/// A variable to be injected.
#[derive(Debug)]
pub struct InjectedVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SecretBytes,
    /// Whether its owner allowed a name that changes how programs load code.
    pub allow_loader: bool,
}

/// Why a variable cannot be given to a child.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// The name is not `^[A-Za-z_][A-Za-z0-9_]*$`.
    #[error("{name} is not a name that a variable can have")]
    Name {
        /// The variable, escaped.
        name: String,
    },
    /// The name changes how programs load code.
    #[error("{name} can change which code runs: it is read by {reader}")]
    Loader {
        /// The variable.
        name: String,
        /// What reads it.
        reader: &'static str,
    },
    /// The value holds a NUL byte, which no environment can carry.
    #[error("the value of {name} holds a NUL byte")]
    Nul {
        /// The variable.
        name: String,
    },
    /// Two values are to be injected under one name; a child would see either.
    #[error("{name} is given two values")]
    Twice {
        /// The variable.
        name: String,
    },
    /// `NAME=value` is over [`MAX_STRING`].
    #[error("{name} is too long: {size} bytes with its name, at most {MAX_STRING}")]
    TooLong {
        /// The variable.
        name: String,
        /// Bytes of `NAME=value`.
        size: usize,
    },
    /// Arguments and environment together are over the system's limit.
    #[error(
        "arguments and environment are too large together: {size} bytes, where the system's \
         limit is {limit}; the largest variable is {name} with {largest}"
    )]
    TooMuch {
        /// Bytes in all, as the kernel counts.
        size: usize,
        /// The system's limit.
        limit: usize,
        /// The largest variable.
        name: String,
        /// Its bytes.
        largest: usize,
    },
}

/// The environment of a child, checked: strings as `execve` wants them, NUL at the end.
pub struct ChildEnvironment {
    strings: Vec<Zeroizing<Vec<u8>>>,
}

/// The largest variable of an environment, without its value.
pub(crate) struct LargestVariable {
    name: String,
    size: usize,
}

impl LargestVariable {
    /// The refusal of a size over the limit.
    pub(crate) fn too_much(self, size: usize, limit: usize) -> EnvironmentError {
        EnvironmentError::TooMuch {
            size,
            limit,
            name: self.name,
            largest: self.size,
        }
    }
}

/// What is left for injected variables of what the system allows for a new program.
#[derive(Debug)]
pub struct EnvironmentRoom {
    /// Bytes that arguments and environment may take together, as the kernel counts.
    pub limit: usize,
    /// Bytes that arguments and inherited variables take.
    pub used: usize,
    /// Bytes of each inherited variable that an injected one can replace.
    pub inherited: BTreeMap<String, usize>,
}

impl EnvironmentRoom {
    /// The room of a program at `path`.
    #[must_use]
    pub fn new<'a>(
        path: &[u8],
        arguments: impl Iterator<Item = &'a [u8]>,
        inherited: impl Iterator<Item = (OsString, OsString)>,
    ) -> Self {
        let mut room = Self {
            limit: size_limit(),
            used: path.len() + 1 + arguments.map(argument_cost).sum::<usize>(),
            inherited: BTreeMap::new(),
        };
        for (name, value) in inherited {
            let cost = variables::exec_cost(name.len(), value.len());
            room.used += cost;
            if let Ok(name) = name.into_string()
                && variables::is_variable_name(&name)
            {
                *room.inherited.entry(name).or_default() += cost;
            }
        }
        room
    }
}

/// The most bytes that arguments and environment may take together (execve(2), since
/// Linux 4.13).
pub(crate) fn size_limit() -> usize {
    let stack = rustix::process::getrlimit(Resource::Stack)
        .current
        .unwrap_or(u64::MAX);
    let limit = (stack / 4).clamp(LEAST, MOST);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Bytes that Linux counts for an argument: the text, a NUL and a pointer.
fn argument_cost(argument: &[u8]) -> usize {
    argument.len() + 1 + size_of::<usize>()
}

impl ChildEnvironment {
    /// Adds injected variables to inherited ones, which they replace.
    ///
    /// Inherited variables are passed on unchanged, even if they are not UTF-8.
    ///
    /// # Errors
    /// A variable cannot be given to a child; see [`EnvironmentError`].
    pub fn new(
        inherited: impl Iterator<Item = (OsString, OsString)>,
        injected: Vec<InjectedVariable>,
    ) -> Result<Self, EnvironmentError> {
        injected.iter().try_for_each(check)?;
        let mut ours = HashSet::with_capacity(injected.len());
        if let Some(twice) = injected.iter().find(|v| !ours.insert(v.name.as_bytes())) {
            return Err(EnvironmentError::Twice {
                name: twice.name.clone(),
            });
        }
        let mut strings: Vec<_> = inherited
            .filter(|(name, _)| !ours.contains(name.as_bytes()))
            .map(|(name, value)| string(&name.into_vec(), &value.into_vec()))
            .collect();
        for variable in &injected {
            // Exposed because this is where a value becomes the child's.
            strings.push(string(variable.name.as_bytes(), variable.value.expose()));
        }
        Ok(Self { strings })
    }

    /// Bytes that Linux counts for a program at `path` (execve(2)): every string with its
    /// NUL, a pointer for each argument and variable, and the path again.
    pub(crate) fn size<'a>(&self, path: &[u8], arguments: impl Iterator<Item = &'a [u8]>) -> usize {
        let pointer = size_of::<usize>();
        let of_arguments: usize = arguments.map(argument_cost).sum();
        let of_variables: usize = self.strings.iter().map(|s| s.len() + pointer).sum();
        path.len() + 1 + of_arguments + of_variables
    }

    /// The largest variable, which a refusal names.
    pub(crate) fn largest(&self) -> LargestVariable {
        let largest = self.strings.iter().max_by_key(|string| string.len());
        LargestVariable {
            name: largest.map(|string| name_of(string)).unwrap_or_default(),
            size: largest.map_or(0, |string| string.len() - 1),
        }
    }

    /// The strings, each ending in its NUL.
    pub(crate) fn strings(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.strings.iter().map(|string| string.as_slice())
    }
}

fn check(variable: &InjectedVariable) -> Result<(), EnvironmentError> {
    // Exposed to be measured and searched.
    let value = variable.value.expose();
    variables::check(&variable.name, value, variable.allow_loader).map_err(|fault| {
        let name = variable.name.escape_default().to_string();
        match fault {
            VariableFault::Name => EnvironmentError::Name { name },
            VariableFault::Loader { reader } => EnvironmentError::Loader { name, reader },
            VariableFault::Nul => EnvironmentError::Nul { name },
            VariableFault::TooLong { size } => EnvironmentError::TooLong { name, size },
        }
    })
}

fn string(name: &[u8], value: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut string = Zeroizing::new(Vec::with_capacity(name.len() + value.len() + 2));
    string.extend_from_slice(name);
    string.push(b'=');
    string.extend_from_slice(value);
    string.push(0);
    string
}

fn name_of(string: &[u8]) -> String {
    let end = string.iter().position(|byte| *byte == b'=').unwrap_or(0);
    String::from_utf8_lossy(&string[..end])
        .escape_default()
        .to_string()
}

impl std::fmt::Debug for ChildEnvironment {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "ChildEnvironment({} variables)", self.strings.len())
    }
}

/// A value for tests and callers that hold it as text.
impl From<(&str, &str)> for InjectedVariable {
    fn from((name, value): (&str, &str)) -> Self {
        Self {
            name: name.into(),
            value: Secret::copy_of(value.as_bytes()),
            allow_loader: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn injected(name: &str, value: &[u8]) -> InjectedVariable {
        InjectedVariable {
            name: name.into(),
            value: Secret::copy_of(value),
            allow_loader: false,
        }
    }

    fn build(injected: Vec<InjectedVariable>) -> Result<ChildEnvironment, EnvironmentError> {
        ChildEnvironment::new(std::iter::empty(), injected)
    }

    #[test]
    fn an_injected_variable_replaces_an_inherited_one() {
        let inherited = [("A".into(), "old".into()), ("B".into(), "kept".into())].into_iter();
        let environment = ChildEnvironment::new(inherited, vec![("A", "new").into()]).unwrap();
        let strings: Vec<&[u8]> = environment.strings().collect();
        assert_eq!(strings, [b"B=kept\0".as_slice(), b"A=new\0"]);
    }

    #[test]
    fn what_is_not_utf8_is_passed_on() {
        let odd = OsString::from_vec(vec![0xff, b'x']);
        let inherited = [("A".into(), odd)].into_iter();
        let environment = ChildEnvironment::new(inherited, Vec::new()).unwrap();
        assert_eq!(
            environment.strings().collect::<Vec<_>>(),
            [b"A=\xffx\0".as_slice()]
        );
    }

    #[test]
    fn loader_variables_need_the_permission_of_their_owner() {
        let refused = build(vec![injected("LD_PRELOAD", b"x")]);
        assert!(matches!(refused, Err(EnvironmentError::Loader { .. })));
        let mut allowed = injected("LD_PRELOAD", b"x");
        allowed.allow_loader = true;
        assert!(build(vec![allowed]).is_ok());
    }

    #[test]
    fn the_limit_of_one_variable_is_exact() {
        let value = vec![b'x'; MAX_STRING - 2];
        assert!(build(vec![injected("A", &value)]).is_ok());
        let value = vec![b'x'; MAX_STRING - 1];
        let refused = build(vec![injected("A", &value)]).unwrap_err();
        assert_eq!(
            refused,
            EnvironmentError::TooLong {
                name: "A".into(),
                size: MAX_STRING + 1
            }
        );
    }

    #[test]
    fn a_nul_byte_is_refused() {
        let refused = build(vec![injected("A", b"x\0y")]);
        assert_eq!(
            refused.unwrap_err(),
            EnvironmentError::Nul { name: "A".into() }
        );
    }

    #[test]
    fn two_values_for_one_name_are_refused() {
        let refused = build(vec![
            ("A", "1").into(),
            ("B", "2").into(),
            ("A", "3").into(),
        ]);
        assert_eq!(
            refused.unwrap_err(),
            EnvironmentError::Twice { name: "A".into() }
        );
    }

    #[test]
    fn too_much_together_names_the_largest() {
        let environment =
            build(vec![("SMALL", "1").into(), ("LARGE", "0123456789").into()]).unwrap();
        let pointers = 3 * size_of::<usize>();
        let strings = "/bin/cat\0cat\0SMALL=1\0LARGE=0123456789\0".len();
        let size = environment.size(b"/bin/cat", [b"cat".as_slice()].into_iter());
        assert_eq!(size, strings + pointers);
        let refused = environment.largest().too_much(size, 40);
        assert!(
            matches!(refused, EnvironmentError::TooMuch { name, largest: 16, .. } if name == "LARGE")
        );
    }

    /// What is known beforehand is what a started program would be counted with.
    #[test]
    fn the_room_counts_as_the_check_of_the_whole_does() {
        let inherited = || {
            let odd = (OsString::from_vec(vec![0xff]), "x".into());
            [("A".into(), "old".into()), ("B".into(), "kept".into()), odd].into_iter()
        };
        let arguments = || [b"cat".as_slice(), b"file"].into_iter();
        let room = EnvironmentRoom::new(b"/bin/cat", arguments(), inherited());
        let environment =
            ChildEnvironment::new(inherited(), vec![("A", "new value").into()]).unwrap();
        let size = environment.size(b"/bin/cat", arguments());
        let injected = variables::exec_cost("A".len(), "new value".len());
        assert_eq!(room.used - room.inherited["A"] + injected, size);
        assert_eq!(room.inherited.keys().collect::<Vec<_>>(), ["A", "B"]);
    }

    proptest! {
        #[test]
        fn a_refusal_never_repeats_the_value(name in ".{0,8}", value in "[a-z]{20,30}\0?") {
            if let Err(error) = build(vec![injected(&name, value.as_bytes())]) {
                prop_assert!(!error.to_string().contains(&value[..20]));
            }
        }
    }
}
