//! `cargo xtask`: set-up, build, checks, tests and other developer commands. CI runs
//! `cargo xtask test`, and nothing else.
//!
//! Guarantees: only the system's package manager is ever run as root; the first step that
//! fails ends the run and is named; everything is built into Cargo's own target folder, in one
//! profile (`install` and `bench` use release).

mod as_user;
mod bench;
mod cargo;
mod checks;
mod docs;
mod failures;
mod fuzz;
mod install;
mod language;
mod promises;
mod prove;
mod python_tools;
mod release;
mod say;
mod setup;
mod sources;
mod stage;
mod supply;
mod system;
mod window;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::stage::Stages;
use crate::workspace::Workspace;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  run              install what is missing, build, open the window
  test [FILTER]    run the same set-up, then every check and every test;
                   with FILTER, only the tests whose name contains it
  check [--fix]    run only the checks; --fix formats and generates first
  generate         write the generated files: TypeScript types, docs/promises.md
  docs             write docs/promises.md, then check only the documents
  language [PATH]  list phrases that docs/glossary.md replaces, names of several
                   types, and long files; with PATH, only files whose path
                   contains it
  install [--prefix DIR]
                   build in release and install into DIR/bin and DIR/share
                   [default: ~/.local]
  bench [NAME]     run the benchmarks, as ratios measured in one run;
                   with NAME, only the figures whose name contains it
  prove [NAME]     run the tests of every promise in full and print what was
                   tried; NAME is a promise's number or part of a test's name
  fuzz [TARGET] [SECONDS]
                   run the parsers under libFuzzer [default: each for 60 s]
  supply           check only the dependencies
  sbom             write what the programs are made of (CycloneDX) into
                   target/sbom
  setup            run only the set-up for the tests
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            say::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<ExitCode> {
    fuzz::wrap_compiler(arguments)?;
    let workspace = Workspace::find()?;
    as_user::wrap_test(&workspace, arguments)?;
    let mut stages = Stages::new();
    match arguments {
        ["run", rest @ ..] => return window::run(&workspace, &mut stages, rest),
        ["test"] => checks::test(&workspace, &mut stages)?,
        ["test", filter] if !filter.starts_with('-') => {
            checks::test_matching(&workspace, &mut stages, filter)?;
        }
        ["check"] => checks::check(&workspace, &mut stages)?,
        ["check", "--fix"] => checks::fix(&workspace, &mut stages)?,
        ["generate"] => checks::generate(&workspace, &mut stages)?,
        ["docs"] => {
            docs::write(&workspace, &mut stages)?;
            docs::check(&workspace, &mut stages)?;
        }
        ["install"] => install::install(&workspace, &mut stages, None)?,
        ["install", "--prefix", prefix] => {
            install::install(&workspace, &mut stages, Some(prefix))?;
        }
        ["bench"] => bench::bench(&workspace, &mut stages, "")?,
        ["bench", name] => bench::bench(&workspace, &mut stages, name)?,
        ["prove"] => prove::prove(&workspace, &mut stages, "")?,
        ["prove", name] => prove::prove(&workspace, &mut stages, name)?,
        ["fuzz"] => fuzz::fuzz(&workspace, &mut stages, "", "60")?,
        ["fuzz", target] => fuzz::fuzz(&workspace, &mut stages, target, "60")?,
        ["fuzz", target, seconds] => fuzz::fuzz(&workspace, &mut stages, target, seconds)?,
        ["language"] => {
            language::report(&workspace, "")?;
            return Ok(ExitCode::SUCCESS);
        }
        ["language", path] => {
            language::report(&workspace, path)?;
            return Ok(ExitCode::SUCCESS);
        }
        ["supply"] => supply::check(&workspace, &mut stages)?,
        ["sbom"] => supply::sbom(&workspace, &mut stages)?,
        ["setup"] => setup::for_tests(&workspace, &mut stages)?,
        [] | ["help" | "--help" | "-h", ..] => {
            say::text(HELP);
            return Ok(ExitCode::SUCCESS);
        }
        other => bail!("unknown command: {}\n\n{HELP}", other.join(" ")),
    }
    stages.summary();
    Ok(ExitCode::SUCCESS)
}
