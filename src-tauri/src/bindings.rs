//! The TypeScript types of the window's own commands and events, generated and committed next
//! to those of the protocol.
//!
//! `cargo xtask generate` writes them; without it a test fails when they are out of date.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use keyhaven_protocol::request::{Ask, Query};
use syn::{FnArg, GenericArgument, Item, Pat, PathArguments, ReturnType, Type};
use ts_rs::{Config, TS, TypeVisitor};

use crate::app::WindowEvent;
use crate::command_list::{main_signatures, prompt_signatures, reveal_signatures};
use crate::commands::query_types;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/lib/ipc");
const FILE: &str = "generated-window.ts";

const HEADER: &str = "// Generated from src-tauri/src by `cargo xtask generate`. Do not edit.\n";

const INVOKE: &str = "
/** The way to Rust: calls one of these commands. */
export type Invoke<Commands extends Record<keyof Commands, { arguments: unknown; answer: unknown }>> =
  <K extends keyof Commands>(
    command: K,
    args: Commands[K][\"arguments\"],
  ) => Promise<Commands[K][\"answer\"]>;
";

/// What a command takes and answers.
pub struct Signature {
    pub command: &'static str,
    pub arguments: Vec<Argument>,
    pub answer: Argument,
}

/// A type of a command, and its name where it is an argument.
pub struct Argument {
    name: &'static str,
    rust: &'static str,
    page: String,
}

impl Argument {
    /// As Tauri reads it.
    fn page_name(&self) -> String {
        camel_case(self.name)
    }

    fn of_page(&self) -> String {
        format!("{}: {}", self.page_name(), self.page)
    }
}

/// The types that were named so far, with all that they name.
pub struct Types {
    config: Config,
    declared: BTreeMap<String, String>,
}

impl Types {
    fn new() -> Self {
        Self {
            // Counters and places in a text: far below what a double holds exactly.
            config: Config::new().with_large_int("number"),
            declared: BTreeMap::new(),
        }
    }

    pub fn argument<T: TS + 'static>(
        &mut self,
        name: &'static str,
        rust: &'static str,
    ) -> Argument {
        let page = self.name_of::<T>();
        Argument { name, rust, page }
    }

    pub fn name_of<T: TS + 'static>(&mut self) -> String {
        self.visit::<T>();
        T::name(&self.config)
    }

    pub fn of_query<R>(&mut self, name: &str, _: fn(R) -> Query) -> [String; 3]
    where
        R: Ask + TS + 'static,
        R::Answer: TS + 'static,
    {
        let (request, answer) = (self.name_of::<R>(), self.name_of::<R::Answer>());
        [snake_case(name), request, answer]
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only a type that was derived has a file, and so a name to be declared.
        if T::output_path().is_none() {
            return T::visit_generics(self);
        }
        let name = T::ident(&self.config);
        if !self.declared.contains_key(&name) {
            self.declared.insert(name, T::decl(&self.config));
            T::visit_dependencies(self);
        }
    }
}

fn generated(protocol: &str) -> String {
    let mut types = Types::new();
    let windows = [
        ("Main", main_signatures(&mut types)),
        ("Prompt", prompt_signatures(&mut types)),
        ("Reveal", reveal_signatures(&mut types)),
    ];
    let queries = query_types(&mut types);
    let events = WindowEvent::types(&mut types);
    let (of_protocol, own): (Vec<_>, Vec<_>) = types
        .declared
        .iter()
        .partition(|(name, _)| protocol.contains(&format!("export type {name} =")));

    let mut text = String::from(HEADER);
    let mut rest = String::from(INVOKE);
    for (_, declaration) in own {
        write!(rest, "\nexport {declaration}\n").unwrap();
    }
    rest.push_str("\n/** The queries that the main window may send. */\nexport type Queries = {\n");
    for [name, request, answer] in queries {
        writeln!(
            rest,
            "  {name}: {{ request: {request}; answer: {answer} }};"
        )
        .unwrap();
    }
    rest.push_str(
        "};\n\n/** What each event of the main window carries. */\nexport type Events = {\n",
    );
    for (name, payload) in events {
        writeln!(rest, "  \"{name}\": {payload};").unwrap();
    }
    rest.push_str("};\n");
    for (window, signatures) in &windows {
        commands(&mut rest, window, signatures);
    }
    // What only another type of the protocol names is not used here.
    let named = |name: &str| {
        let words = rest.split(|c: char| !c.is_alphanumeric());
        words.into_iter().any(|word| word == name)
    };
    text.push_str("\nimport type {\n");
    for (name, _) in of_protocol.iter().filter(|(name, _)| named(name)) {
        writeln!(text, "  {name},").unwrap();
    }
    text.push_str("} from \"./generated\";\n");
    text + &rest
}

/// The commands of one window as a type, and as functions over a way to call them.
fn commands(text: &mut String, window: &str, signatures: &[Signature]) {
    write!(text, "\nexport type {window}Commands = {{\n").unwrap();
    for Signature {
        command,
        arguments,
        answer,
    } in signatures
    {
        let arguments: Vec<_> = arguments.iter().map(Argument::of_page).collect();
        let arguments = braces(&arguments);
        let answer = &answer.page;
        writeln!(
            text,
            "  {command}: {{ arguments: {arguments}; answer: {answer} }};"
        )
        .unwrap();
    }
    let name = window.to_lowercase();
    // The answer of a query depends on its name: the page's bridge sends it.
    let called = if window == "Main" {
        "Omit<MainCommands, \"query\">".to_owned()
    } else {
        format!("{window}Commands")
    };
    write!(
        text,
        "}};\n\nexport const {name}Client = (invoke: Invoke<{called}>) => ({{\n"
    )
    .unwrap();
    for one in signatures.iter().filter(|one| one.command != "query") {
        let (taken, sent): (Vec<_>, Vec<_>) = one
            .arguments
            .iter()
            .map(|argument| (argument.of_page(), argument.page_name()))
            .unzip();
        let (function, command) = (camel_case(one.command), one.command);
        let (taken, sent) = (taken.join(", "), braces(&sent));
        writeln!(
            text,
            "  {function}: ({taken}) => invoke(\"{command}\", {sent}),"
        )
        .unwrap();
    }
    writeln!(text, "}});").unwrap();
    writeln!(
        text,
        "export type {window}Client = ReturnType<typeof {name}Client>;"
    )
    .unwrap();
}

fn braces(members: &[String]) -> String {
    match members {
        [] => "{}".into(),
        members => format!("{{ {} }}", members.join(", ")),
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let (initial, rest) = word.split_at(1);
        text + &initial.to_uppercase() + rest
    })
}

fn snake_case(name: &str) -> String {
    name.char_indices().fold(String::new(), |text, (at, c)| {
        let gap = if c.is_uppercase() && at > 0 { "_" } else { "" };
        text + gap + &c.to_lowercase().to_string()
    })
}

#[test]
fn the_committed_bindings_are_current() {
    let path = format!("{FOLDER}/{FILE}");
    let protocol = std::fs::read_to_string(format!("{FOLDER}/generated.ts")).unwrap();
    let generated = generated(&protocol);
    if std::env::var_os("KEYHAVEN_WRITE_BINDINGS").is_some() {
        std::fs::write(path, generated).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "run `cargo xtask generate` and commit {path}"
    );
}

/// A command as its function declares it: its name, arguments, and answer.
type Declared = (String, Vec<(String, String)>, String);

#[test]
fn the_list_states_what_the_functions_take_and_answer() {
    let mut types = Types::new();
    let signatures = [
        main_signatures(&mut types),
        prompt_signatures(&mut types),
        reveal_signatures(&mut types),
    ];
    let mut listed: Vec<Declared> = signatures.into_iter().flatten().map(listed).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/commands");
    let files = std::fs::read_dir(folder).unwrap();
    let mut declared: Vec<Declared> = files.flat_map(|file| declared(file.unwrap())).collect();
    listed.sort();
    declared.sort();
    assert_eq!(listed, declared);
}

fn listed(signature: Signature) -> Declared {
    let arguments = signature.arguments.iter();
    let arguments = arguments.map(|one| (one.name.to_owned(), normal(one.rust)));
    let answer = normal(signature.answer.rust);
    (signature.command.to_owned(), arguments.collect(), answer)
}

fn declared(file: std::fs::DirEntry) -> Vec<Declared> {
    let text = std::fs::read_to_string(file.path()).unwrap();
    let items = syn::parse_file(&text).unwrap().items;
    let functions = items.into_iter().filter_map(|item| match item {
        Item::Fn(function) => Some(function),
        _ => None,
    });
    let is_command = |function: &syn::ItemFn| {
        let mut attributes = function.attrs.iter();
        attributes.any(|one| normal_tokens(one.path()) == "tauri::command")
    };
    let declared = functions.filter(is_command).map(|function| {
        let arguments = function.sig.inputs.iter().filter_map(argument).collect();
        let answer = answer(&function.sig.output);
        (function.sig.ident.to_string(), arguments, answer)
    });
    declared.collect()
}

/// What the page sends; the rest Tauri hands over.
fn argument(input: &FnArg) -> Option<(String, String)> {
    let FnArg::Typed(typed) = input else {
        return None;
    };
    let name = normal_tokens(&typed.ty);
    let own = ["State<", "AppHandle", "WebviewWindow"];
    let given = own.iter().any(|own| name.starts_with(own));
    let Pat::Ident(pattern) = &*typed.pat else {
        return None;
    };
    (!given).then(|| (pattern.ident.to_string(), name))
}

/// Without the failure, which every command may have.
fn answer(output: &ReturnType) -> String {
    let ReturnType::Type(_, answer) = output else {
        return "()".into();
    };
    let Type::Path(path) = &**answer else {
        return normal_tokens(answer);
    };
    let last = path.path.segments.last().unwrap();
    match &last.arguments {
        PathArguments::AngleBracketed(inner) if last.ident == "Result" => {
            let Some(GenericArgument::Type(answer)) = inner.args.first() else {
                return normal_tokens(answer);
            };
            normal_tokens(answer)
        }
        _ => normal_tokens(answer),
    }
}

fn normal_tokens(tokens: &impl quote::ToTokens) -> String {
    normal(&tokens.to_token_stream().to_string())
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect()
}
