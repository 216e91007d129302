//! What a shell does before a prompt, or when its folder has changed.

use std::ffi::OsString;
use std::path::Path;

use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{ExecRoom, IsOutdatedRequest, LaunchFile};
use keyhaven_protocol::settings::Settings;

use super::HookShell;
use super::answer::{
    AGAIN, HookQuestion, NoAnswer, UNCHANGED, WaitLimit, ask, connect, in_time, source,
};
use super::loaded::LoadedVariables;
use super::state::{HookState, LoadedVariable, random_key};
use crate::commands::launch::room;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::find_file;
use crate::texts;

/// Prints what the shell is to do.
pub(super) fn step(context: &Context, shell: HookShell) -> Result<(), Failure> {
    let before = HookState::read(shell.shell());
    let inherited = || HookState::inherited(shell.shell());
    let now = before.clone().or_else(inherited);
    let mut step = HookStep {
        context,
        shell,
        wait_seconds: now.as_ref().and_then(|state| state.wait_seconds),
        now,
        script: Vec::new(),
    };
    step.compare();
    step.take_returned();
    match find_file() {
        Ok(None) => step.leave(),
        Ok(Some(found)) => step.enter(found)?,
        // One that is not safe to read: as if there were none.
        Err(failure) => {
            let reason = texts::within(failure.in_hook());
            step.say(HookState::default(), CliNotice::HookFile { reason });
        }
    }
    step.finish(before)
}

/// A step on its way: what the shell knows after it, and the commands for that.
struct HookStep<'c> {
    context: &'c Context,
    shell: HookShell,
    now: Option<HookState>,
    /// The setting for how long to wait, as far as the agent has told it.
    wait_seconds: Option<u32>,
    script: Vec<u8>,
}

impl HookStep<'_> {
    /// Compares what the shell has with what was loaded.
    fn compare(&mut self) {
        let Some(state) = &mut self.now else { return };
        let mut loaded = std::mem::take(&mut state.loaded);
        for variable in &mut loaded {
            variable.changed = !state.holds(variable);
            variable.said &= variable.changed;
        }
        state.loaded = loaded;
    }

    /// Says once which variables hold another value than the loaded one.
    fn note_changed(&mut self) {
        let Some(state) = &mut self.now else { return };
        let location = state.place.clone().unwrap_or_default();
        let (variables, count) = newly_changed(state);
        if count > 0 {
            self.context.printer.note(&CliNotice::HookChanged {
                location,
                variables,
                count,
            });
        }
    }

    /// Takes away what came back of a folder that was left: another hook may have found it there
    /// before it set its own value, and put it back on leaving.
    fn take_returned(&mut self) {
        let Some(state) = &mut self.now else { return };
        let left = std::mem::take(&mut state.left);
        let (returned, left): (Vec<_>, _) = left.into_iter().partition(|one| state.holds(one));
        state.left = left;
        for variable in returned {
            self.put_back(&variable);
        }
    }

    fn leave(&mut self) {
        self.unload();
        let left = self.now.take().filter(|state| !state.left.is_empty());
        self.now = left.map(HookState::only_left);
    }

    fn enter(&mut self, found: FoundProjectFile) -> Result<(), Failure> {
        let new = HookState::of(&found);
        let Some(state) = self.now.as_ref().filter(|state| state.is_of(&new)) else {
            return self.load(new, found, WaitLimit::Setting);
        };
        if state.place.is_some() {
            return self.stay(new, found);
        }
        // Only another file or re-entering the folder can change that; asking again would only
        // add an audit entry.
        if state.said == Some(CliNotice::HookTooMany) {
            return Ok(());
        }
        let limit = match state.late {
            true => WaitLimit::Fixed(AGAIN),
            false => WaitLimit::Setting,
        };
        self.load(new, found, limit)
    }

    /// Looks whether what is loaded is still right.
    fn stay(&mut self, new: HookState, found: FoundProjectFile) -> Result<(), Failure> {
        self.note_changed();
        let Some(state) = &self.now else {
            return Ok(());
        };
        let request = IsOutdatedRequest {
            release: state.release,
            released_at: state.released_at,
            file: Some(LaunchFile {
                path: new.path.clone(),
                sha256: new.sha256.clone(),
            }),
        };
        let limit = WaitLimit::Fixed(UNCHANGED);
        let asked = in_time(
            self.context,
            limit,
            &mut self.wait_seconds,
            |vault, greeted| connect(vault, greeted)?.ask(request),
        );
        match asked {
            Ok(false) => self.remain(None),
            Ok(true) => return self.load(new, found, WaitLimit::Setting),
            Err(why @ NoAnswer::Refused(Error::Untrusted { .. })) => {
                self.say(new, not_loaded(why.reason(&source(found))));
            }
            // The next prompt asks again.
            Err(NoAnswer::Late(_)) => {}
            Err(why) => self.remain(Some(why.reason(&source(found)))),
        }
        Ok(())
    }

    /// Leaves what is loaded, and says once why it may not be what it should.
    fn remain(&mut self, reason: Option<String>) {
        let Some(state) = &mut self.now else { return };
        let notice = reason.map(|reason| CliNotice::HookKept {
            location: state.place.clone().unwrap_or_default(),
            reason,
        });
        if let Some(notice) = notice.as_ref().filter(|_| notice != state.said) {
            self.context.printer.note(notice);
        }
        state.said = notice;
    }

    /// Loads a file in place of what is loaded.
    fn load(
        &mut self,
        new: HookState,
        found: FoundProjectFile,
        limit: WaitLimit,
    ) -> Result<(), Failure> {
        let source = source(found);
        let question = HookQuestion {
            shell: self.shell,
            source: source.clone(),
            room: self.room(),
            state: self.kept(&new)?,
        };
        let asked = in_time(
            self.context,
            limit,
            &mut self.wait_seconds,
            |vault, greeted| ask(vault, greeted, question),
        );
        let loaded = match asked {
            Ok(loaded) => loaded,
            Err(why @ NoAnswer::Late(_)) => {
                self.postpone(new, why.reason(&source));
                return Ok(());
            }
            Err(why) => Err(not_loaded(why.reason(&source))),
        };
        match loaded {
            Ok(loaded) => self.put_in(loaded, &new),
            Err(notice) => self.say(new, notice),
        }
        Ok(())
    }

    /// What the shell knows of a file besides what is loaded.
    fn kept(&self, new: &HookState) -> Result<HookState, Failure> {
        let old = self.now.as_ref();
        let key = old.map(|old| old.key.clone()).filter(|key| !key.is_empty());
        Ok(HookState {
            key: key.or_else(random_key).ok_or(CliProblem::NoRandomBytes)?,
            left: old.map(|old| old.left.clone()).unwrap_or_default(),
            ..new.clone()
        })
    }

    /// What the system leaves for a file's variables in the programs that this shell starts. What
    /// is loaded may go.
    fn room(&self) -> Option<ExecRoom> {
        let loaded = self.now.iter().flat_map(|state| &state.loaded);
        let goes: Vec<&str> = loaded
            .filter(|one| !one.changed)
            .map(|one| one.name.as_str())
            .collect();
        let stays =
            |name: &OsString| !HookState::is_given_as(name) && goes.iter().all(|one| name != one);
        let inherited: Vec<_> = std::env::vars_os()
            .filter(|(name, _)| stays(name))
            .collect();
        room(
            Path::new(""),
            &[" ".repeat(FOR_ARGUMENTS).into()],
            &inherited,
        )
    }

    /// Puts variables in place of what the shell has so far, said in one line. What somebody
    /// else has set meanwhile is left alone as long as the folder is the same.
    fn put_in(&mut self, mut loaded: LoadedVariables, new: &HookState) {
        let old = self.now.take().unwrap_or_default();
        let again = old.is_of(new) && old.place.is_some();
        let mut kept = loaded.state;
        if again {
            let others: Vec<_> = old.loaded.iter().filter(|one| one.changed).collect();
            let is_other = |name: &String| others.iter().any(|one| one.name == *name);
            loaded.variables.retain(|one| !is_other(&one.name));
            kept.loaded.retain(|one| !is_other(&one.name));
            kept.loaded.extend(others.into_iter().cloned());
        }
        let (location, count) = (loaded.place, loaded.variables.len());
        let notice = match again {
            true => CliNotice::HookReloaded { location, count },
            false => CliNotice::HookLoaded { location, count },
        };
        self.now = Some(old);
        if again {
            self.put_all_back();
        } else {
            self.unload();
        }
        kept.left = self.now.take().map(|old| old.left).unwrap_or_default();
        kept.left
            .retain(|left| kept.loaded.iter().all(|one| one.name != left.name));
        let mut words = notice.text();
        for notice in &loaded.notices {
            words.push_str("; ");
            words.push_str(&texts::notice(notice));
        }
        self.context.printer.note_text(&words);
        for variable in &loaded.variables {
            self.shell.load(&mut self.script, variable);
        }
        self.now = Some(kept);
    }

    /// Puts back what was there before, and says once why nothing is loaded.
    fn say(&mut self, new: HookState, notice: CliNotice) {
        if let Some(state) = &mut self.now
            && state.is_of(&new)
            && state.said.as_ref() == Some(&notice)
        {
            state.late = false;
            return;
        }
        self.unload();
        self.context.printer.note(&notice);
        let old = self.now.take().unwrap_or_default();
        self.now = Some(HookState {
            said: Some(notice),
            left: old.left,
            key: old.key,
            ..new
        });
    }

    /// The answer came too late. What is loaded stays; else that is mentioned once, and does not
    /// replace the earlier message about the file.
    fn postpone(&mut self, new: HookState, reason: String) {
        match &mut self.now {
            Some(state) if state.is_of(&new) => state.late = true,
            _ => {
                self.say(new, not_loaded(reason));
                if let Some(state) = &mut self.now {
                    state.late = true;
                }
            }
        }
    }

    /// Puts back what was there before, said in one line. What somebody else has set meanwhile
    /// stays, and is remembered.
    fn unload(&mut self) {
        let Some(state) = &mut self.now else { return };
        let (variables, count) = newly_changed(state);
        let place = state.place.take();
        let left = state.loaded.iter().filter(|one| one.changed).cloned();
        state.left.extend(left);
        if let Some(location) = place {
            self.context.printer.note(&match count {
                0 => CliNotice::HookUnloaded { location },
                count => CliNotice::HookUnloadedExcept {
                    location,
                    variables,
                    count,
                },
            });
        }
        self.put_all_back();
    }

    /// Puts back what was there before, where nobody else has set it meanwhile.
    fn put_all_back(&mut self) {
        let loaded = self
            .now
            .as_mut()
            .map(|state| std::mem::take(&mut state.loaded));
        for variable in loaded.iter().flatten().filter(|one| !one.changed) {
            self.put_back(variable);
        }
    }

    fn put_back(&mut self, variable: &LoadedVariable) {
        match variable.outer {
            true => self.shell.take(&mut self.script, &variable.name),
            false => self.shell.restore(&mut self.script, &variable.name),
        }
    }

    /// Keeps the setting where it is not the usual one: the agent may be too busy to tell it.
    fn remember_wait(&mut self) {
        let usual = Settings::default().hook_wait_seconds;
        let wait_seconds = self.wait_seconds.filter(|seconds| *seconds != usual);
        if self.now.is_none() && wait_seconds.is_none() {
            return;
        }
        let now = self.now.get_or_insert_default();
        now.wait_seconds = wait_seconds;
    }

    /// Prints the commands, with what the next step needs.
    fn finish(mut self, before: Option<HookState>) -> Result<(), Failure> {
        self.remember_wait();
        let text = |state: &Option<HookState>| state.as_ref().map(HookState::text);
        if text(&self.now) == text(&before) {
            return Ok(());
        }
        match &self.now {
            Some(state) => {
                let mark = state.mark();
                self.shell
                    .keep(&mut self.script, &state.text(), mark.as_deref());
            }
            None => self.shell.forget_all(&mut self.script),
        }
        self.context.printer.out(&self.script)
    }
}

/// Bytes that are left for the arguments of a program, as xargs leaves them (POSIX.1-2024, xargs).
const FOR_ARGUMENTS: usize = 2048;

/// The variables that hold another value, which was not mentioned yet, and their number.
fn newly_changed(state: &mut HookState) -> (String, usize) {
    let changed = state
        .loaded
        .iter_mut()
        .filter(|one| one.changed && !one.said);
    let names: Vec<_> = changed
        .map(|one| {
            one.said = true;
            one.name.as_str()
        })
        .collect();
    (names.join(", "), names.len())
}

const fn not_loaded(reason: String) -> CliNotice {
    CliNotice::HookNotLoaded { reason }
}
