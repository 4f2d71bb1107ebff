//! Compiled matchers of literal credentials: which keys and values are meant. A value is judged and never kept.

use std::sync::Arc;

use super::{
    format::CredentialMatch,
    regex::{Pattern, PatternCache},
};
use crate::formats::lines::head;

/// A compiled credential matcher.
#[derive(Debug)]
pub(crate) struct Credentials {
    places: Vec<String>,
    keys: Arc<Pattern>,
    not_under: Option<Arc<Pattern>>,
    placeholders: Vec<Arc<Pattern>>,
}

impl Credentials {
    /// Compiles a matcher; `Err` says what is wrong with it.
    pub(crate) fn compile(rule: &CredentialMatch, patterns: &mut PatternCache) -> Result<Self, String> {
        Ok(Self {
            places: rule.places.clone(),
            keys: patterns.get(&format!("(?i){}", rule.keys))?,
            not_under: match rule.not_under.as_str() {
                "" => None,
                pattern => Some(patterns.get(&format!("(?i){pattern}"))?),
            },
            placeholders: patterns.get_all(rule.placeholders.iter().chain(&rule.also))?,
        })
    }

    /// Whether credentials are looked for in a place, such as `secret-object`.
    pub(crate) fn looks_at(&self, place: &str) -> bool {
        self.places.iter().any(|known| known == place)
    }

    /// Whether a key is named like that of a credential.
    pub(crate) fn is_key(&self, name: &str) -> bool {
        self.keys.is_match(name)
    }

    /// Whether a member of this name holds references to credentials only.
    pub(crate) fn holds_references(&self, name: &str) -> bool {
        self.not_under.as_ref().is_some_and(|pattern| pattern.is_match(name))
    }

    /// Whether a value is a literal: neither a placeholder nor a reference.
    pub(crate) fn is_literal(&self, value: &str) -> bool {
        let value = head(value.trim());
        // The default in `${NAME:-default}` is what holds where nobody sets the name.
        let inner = value.strip_prefix("${").and_then(|v| v.strip_suffix('}'));
        let value = inner.and_then(|v| v.split_once(":-")).map_or(value, |(_, default)| default);
        !value.is_empty() && !self.placeholders.iter().any(|pattern| pattern.is_match(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_values_and_places_are_judged() {
        let rule = CredentialMatch {
            places: vec!["env".into()],
            keys: "(password|token)".into(),
            not_under: "^existing".into(),
            placeholders: vec![r"^(\$\{|<)".into()],
            also: vec!["(?i)changeme".into()],
        };
        let credentials = Credentials::compile(&rule, &mut PatternCache::default()).unwrap();
        assert!(credentials.looks_at("env") && !credentials.looks_at("values"));
        assert!(credentials.is_key("DB_PASSWORD") && !credentials.is_key("user"));
        assert!(credentials.holds_references("existingSecret") && !credentials.holds_references("secret"));
        assert!(credentials.is_literal("hunter2") && credentials.is_literal("${TOKEN:-hunter2}"));
        for placeholder in ["", "  ", "${TOKEN}", "<token>", "ChangeMe", "${TOKEN:-changeme}", "${TOKEN:-}"] {
            assert!(!credentials.is_literal(placeholder), "{placeholder}");
        }
    }
}
