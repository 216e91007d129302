//! The Fluent files, parsed once per language when the first text of it is needed.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentMessage, FluentResource, FluentValue};
use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

use crate::files::{LANGUAGES, tags};
use crate::{Language, Style};

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: OnceLock<Vec<OnceLock<Bundle>>> = OnceLock::new();

fn bundle(language: Language) -> Option<&'static Bundle> {
    let bundles = BUNDLES.get_or_init(|| LANGUAGES.iter().map(|_| OnceLock::new()).collect());
    let at = tags().position(|tag| tag == language.tag())?;
    let (tag, files) = LANGUAGES.get(at)?;
    Some(bundles.get(at)?.get_or_init(|| parse(tag, files)))
}

/// A faulty entry is left out; a test makes sure that there is none.
fn parse(tag: &str, files: &[&str]) -> Bundle {
    let locale: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // Isolation marks would be invisible characters in terminals, files and tests.
    bundle.set_use_isolating(false);
    for file in files {
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*file).to_owned());
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The parameters of a text.
#[derive(Default)]
pub(crate) struct Arguments(FluentArgs<'static>);

impl Arguments {
    pub(crate) fn text(&mut self, name: &str, value: String) {
        self.set(name, FluentValue::from(value), true);
    }

    pub(crate) fn number(&mut self, name: &str, value: f64) {
        let number = FluentNumber::new(value, fluent_bundle::types::FluentNumberOptions::default());
        self.set(name, FluentValue::Number(number), true);
    }

    /// An optional parameter that is not given: its text is empty.
    pub(crate) fn absent(&mut self, name: &str) {
        self.set(name, FluentValue::from(""), false);
    }

    /// `$NAME_given` is 1 or 0, so that a text can differ where an optional one is absent.
    fn set(&mut self, name: &str, value: FluentValue<'static>, given: bool) {
        self.0.set(name.to_owned(), value);
        self.0
            .set(format!("{name}_given"), FluentValue::from(u8::from(given)));
    }
}

/// One text in the language that has it.
pub(crate) struct CatalogueText {
    bundle: &'static Bundle,
    message: FluentMessage<'static>,
}

impl CatalogueText {
    /// The text with this id, in English where the language lacks it.
    pub(crate) fn find(language: Language, id: &str) -> Option<Self> {
        [language, Language::ENGLISH].into_iter().find_map(|one| {
            let bundle = bundle(one)?;
            let message = bundle.get_message(id)?;
            Some(Self { bundle, message })
        })
    }

    pub(crate) fn message(&self, arguments: &Arguments) -> String {
        self.message
            .value()
            .map(|pattern| self.format(pattern, arguments))
            .unwrap_or_default()
    }

    /// What to do about it. In a window `.hint-window` takes the place of `.hint`, in the hook of a
    /// shell `.hint-hook`; an empty one means that nothing helps there.
    pub(crate) fn hint(&self, style: Style, arguments: &Arguments) -> Option<String> {
        let of_place = match style {
            Style::Terminal => None,
            Style::Hook => self.message.get_attribute("hint-hook"),
            Style::Sentence => self.message.get_attribute("hint-window"),
        };
        let hint = of_place.or_else(|| self.message.get_attribute("hint"))?;
        Some(self.format(hint.value(), arguments)).filter(|text| !text.is_empty())
    }

    /// The parameter that the text starts with, if it starts with one.
    pub(crate) fn leading_parameter(&self) -> Option<&'static str> {
        match self.message.value()?.elements.first()? {
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => Some(id.name),
            _ => None,
        }
    }

    /// The parameter that the whole text consists of, if it is nothing else.
    pub(crate) fn only_parameter(&self) -> Option<&'static str> {
        let alone = self.message.value()?.elements.len() == 1;
        self.leading_parameter().filter(|_| alone)
    }

    fn format(&self, pattern: &Pattern<&str>, arguments: &Arguments) -> String {
        // A parameter that is not given stays visible as {$name}; tests look for that.
        let mut errors = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(&arguments.0), &mut errors)
            .into_owned()
    }
}

/// The ids in a language with the parameters that each text uses itself.
pub(crate) fn ids(language: Language) -> Vec<(String, Vec<String>)> {
    let files = LANGUAGES.iter().find(|(tag, _)| *tag == language.tag());
    let mut ids = Vec::new();
    for file in files.into_iter().flat_map(|(_, files)| files.iter()) {
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*file).to_owned());
        for entry in resource.entries() {
            let fluent_syntax::ast::Entry::Message(message) = entry else {
                continue;
            };
            if let Some(pattern) = &message.value {
                ids.push((message.id.name.to_owned(), parameters(pattern)));
            }
            for attribute in &message.attributes {
                let id = format!("{}.{}", message.id.name, attribute.id.name);
                ids.push((id, parameters(&attribute.value)));
            }
        }
    }
    ids
}

fn parameters(pattern: &Pattern<&str>) -> Vec<String> {
    let mut found = BTreeSet::new();
    collect(pattern, &mut found);
    found.into_iter().collect()
}

fn collect(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => collect_inline(inline, found),
            Expression::Select { selector, variants } => {
                collect_inline(selector, found);
                for variant in variants {
                    collect(&variant.value, found);
                }
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                collect_inline(argument, found);
            }
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = expression.as_ref() {
                collect_inline(inner, found);
            }
        }
        _ => {}
    }
}
