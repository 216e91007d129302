//! "Did you mean ...?": the name most like one that was not found.

use keyhaven_rules::names::MAX_NAME;

/// How much is compared for one suggestion, in pairs of characters. A comparison takes time by
/// the product of both lengths: these are some 40,000 short names, or a few hundred of the
/// longest, and less than 100 ms.
const MOST_PAIRS: usize = 1 << 22;

/// The name most like the one that was not found, if any is close.
pub fn similar<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut closest = ClosestName::to(wanted);
    names.into_iter().for_each(|name| closest.look_at(name));
    closest.found()
}

/// Finds the name most like one that was not found, among those it is shown one by one.
#[derive(Debug)]
pub struct ClosestName {
    /// In small letters.
    wanted: String,
    length: usize,
    numbers: String,
    /// What is left of [`MOST_PAIRS`].
    pairs: usize,
    /// How far the closest is, and its name.
    closest: Option<(usize, String)>,
}

impl ClosestName {
    /// Nothing is compared with a text that is too long for a name.
    #[must_use]
    pub fn to(wanted: &str) -> Self {
        let pairs = if wanted.len() > MAX_NAME {
            0
        } else {
            MOST_PAIRS
        };
        let wanted = if pairs == 0 {
            String::new()
        } else {
            wanted.to_lowercase()
        };
        Self {
            length: wanted.chars().count(),
            numbers: numbers(&wanted),
            wanted,
            pairs,
            closest: None,
        }
    }

    /// Compares a name, unless that cannot bring it closer.
    pub fn look_at(&mut self, name: &str) {
        if self.pairs == 0 || name.len() > MAX_NAME || numbers(name) != self.numbers {
            return;
        }
        let lower = name.to_lowercase();
        let length = lower.chars().count();
        // Each letter too many or too few is one more error. Two letters are too little to
        // tell a typing error from another name.
        let far = self.length / 3;
        if length.abs_diff(self.length) > far {
            return;
        }
        let pairs = length * self.length;
        if pairs > self.pairs {
            self.pairs = 0;
            return;
        }
        self.pairs -= pairs;
        let distance = strsim::damerau_levenshtein(&self.wanted, &lower);
        if distance > far {
            return;
        }
        let found = (distance, name.to_owned());
        if self.closest.as_ref().is_none_or(|closest| found < *closest) {
            self.closest = Some(found);
        }
    }

    /// The closest, if any is close.
    #[must_use]
    pub fn found(self) -> Option<String> {
        self.closest.map(|(_, name)| name)
    }
}

/// A number is seldom mistyped: e2 and e7 are two names.
fn numbers(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Names in a suggestion.
const MOST_SUGGESTED: usize = 3;

/// What a credential's name that is not there may have meant, gathered from the names that are:
/// the one most like it, a reference to a field that was written without `kh:`, or the first that
/// begin with it.
#[derive(Debug)]
pub struct NearNames<'a> {
    name: &'a str,
    lower: String,
    closest: ClosestName,
    /// It is a reference to a field that was written without `kh:`.
    is_field: bool,
    /// The first names that begin with it.
    beginning: Vec<String>,
}

impl<'a> NearNames<'a> {
    /// For a name that was not found.
    #[must_use]
    pub fn to(name: &'a str) -> Self {
        Self {
            name,
            lower: name.to_lowercase(),
            closest: ClosestName::to(name),
            is_field: false,
            beginning: Vec::new(),
        }
    }

    /// Compares a name that is there. Several environments may have one of that name.
    pub fn look_at(&mut self, other: &str) {
        self.closest.look_at(other);
        let credential = self.name.split_once('/').map(|(credential, _)| credential);
        self.is_field |= credential == Some(other);
        let is_room = !self.lower.is_empty() && self.beginning.len() < MOST_SUGGESTED;
        if is_room
            && other.to_lowercase().starts_with(&self.lower)
            && self.beginning.iter().all(|name| name != other)
        {
            self.beginning.push(other.into());
        }
    }

    /// What may have been meant, if anything.
    #[must_use]
    pub fn suggestion(self) -> Option<String> {
        let field = self.is_field.then(|| format!("kh:{}", self.name));
        let beginning = (!self.beginning.is_empty()).then(|| self.beginning.join(", "));
        self.closest.found().or(field).or(beginning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_recognised() {
        let names = ["stripe", "sendgrid", "s3"];
        assert_eq!(similar("strpie", names), Some("stripe".into()));
        assert_eq!(similar("Stripe", names), Some("stripe".into()));
        assert_eq!(similar("postgres", names), None);
        assert_eq!(similar("", names), None);
        for (wanted, name) in [("e7", "e2"), ("qb", "qa"), ("eu1", "eu2")] {
            assert_eq!(similar(wanted, [name]), None, "{wanted} {name}");
        }
        assert_eq!(similar("QA", ["qa"]), Some("qa".into()));
        assert_eq!(
            similar("stirpe", ["strip", "stripe"]),
            Some("stripe".into())
        );
        let long = "x".repeat(MAX_NAME);
        assert_eq!(similar(&long, [long.as_str()]), Some(long));
    }

    #[test]
    fn little_is_compared_however_many_names_there_are() {
        let long = "x".repeat(MAX_NAME + 1);
        assert_eq!(similar(&long, [long.as_str()]), None);
        // None of these can be close: they cost nothing.
        let mut closest = ClosestName::to("stripe");
        for name in ["str", "stripe-payments", "stripe2"] {
            closest.look_at(name);
        }
        assert_eq!(closest.pairs, MOST_PAIRS);
        // These are, but they are too many.
        let name = "y".repeat(MAX_NAME);
        let mut closest = ClosestName::to(&"x".repeat(MAX_NAME));
        let most = MOST_PAIRS / (MAX_NAME * MAX_NAME);
        for _ in 0..most {
            assert!(closest.pairs > 0);
            closest.look_at(&name);
        }
        closest.look_at(&"x".repeat(MAX_NAME));
        assert_eq!((closest.pairs, closest.found()), (0, None));
    }

    #[test]
    fn the_start_of_a_name_and_a_field_without_its_scheme_are_recognised() {
        let names = [
            "aws",
            "sentry",
            "STRIPE_KEY",
            "STRIPE_KEY",
            "STRIPE_WEBHOOK_SECRET",
        ];
        let meant = |wanted| {
            let mut near = NearNames::to(wanted);
            names.iter().for_each(|name| near.look_at(name));
            near.suggestion()
        };
        assert_eq!(meant("setnry").as_deref(), Some("sentry"));
        assert_eq!(meant("aws/token").as_deref(), Some("kh:aws/token"));
        let begun = Some("STRIPE_KEY, STRIPE_WEBHOOK_SECRET".to_owned());
        assert_eq!(meant("stripe"), begun);
        assert_eq!(meant("nothing"), None);
    }
}
