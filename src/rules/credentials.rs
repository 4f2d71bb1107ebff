//! Compiled matchers of literal credentials: which keys and values are meant. A value is judged and never kept.

use std::sync::Arc;

use super::{
    fields::FieldPath,
    format::{CredentialFile, CredentialMatch, CredentialValue, TokenForm},
    object_index::ObjectIndex,
    regex::{Pattern, PatternCache},
};
use crate::formats::lines::head;

/// Fewest letters of a key or token that a machine makes: what is shorter says which of several is meant.
const MIN_MADE: usize = 4;
/// Fewest letters of a value that cannot be but made by chance.
const MIN_RANDOM: usize = 16;
/// Fewest letters of a part of such a value that has letters and digits.
const MIN_RANDOM_PART: usize = 8;

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a Secret, decoded.
    SecretObject,
    /// In the environment or the arguments of a container.
    Env,
    /// In a ConfigMap.
    ConfigMap,
    /// In the values of a chart.
    Values,
    /// In a file of settings.
    Assignments,
    /// The body of a private key, in any file.
    PrivateKey,
    /// A token of a known form, in any file.
    Token,
}

impl Place {
    /// The name by which rules call it.
    fn name(self) -> &'static str {
        match self {
            Self::SecretObject => "secret-object",
            Self::Env => "env",
            Self::ConfigMap => "config-map",
            Self::Values => "values",
            Self::Assignments => "assignments",
            Self::PrivateKey => "private-key",
            Self::Token => "token",
        }
    }

    /// Words for people, to be set after "a literal under a key that says credential".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::SecretObject => "in a Secret",
            Self::Env => "in a container's environment",
            Self::ConfigMap => "in a ConfigMap",
            Self::Values => "in the values of a chart",
            Self::Assignments => "in settings",
            Self::PrivateKey | Self::Token => "in a file",
        }
    }

    /// Whether names of objects and keys may stand there in place of a credential.
    fn may_hold_names(self) -> bool {
        matches!(self, Self::Values | Self::ConfigMap)
    }
}

/// A value that is judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'t> {
    pub(crate) place: Place,
    /// Name of its key.
    pub(crate) key: &'t str,
    pub(crate) value: &'t str,
    /// Names of objects may stand there, whatever the place.
    pub(crate) may_be_name: bool,
}

/// Why a value is a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Words for people.
    pub(crate) why: String,
    /// It looks like a value that nobody keeps secret.
    pub(crate) demo: bool,
}

/// A compiled credential matcher.
#[derive(Debug)]
pub(crate) struct Credentials {
    places: Vec<String>,
    keys: Arc<Pattern>,
    value: CredentialValue,
    not_under: Option<Arc<Pattern>>,
    placeholders: Vec<Arc<Pattern>>,
    names: Vec<Arc<Pattern>>,
}

impl Credentials {
    /// Compiles a matcher; `Err` says what is wrong with it.
    pub(crate) fn compile(rule: &CredentialMatch, patterns: &mut PatternCache) -> Result<Self, String> {
        Ok(Self {
            places: rule.places.clone(),
            keys: patterns.get(&format!("(?i){}", rule.keys))?,
            value: rule.value,
            not_under: match rule.not_under.as_str() {
                "" => None,
                pattern => Some(patterns.get(&format!("(?i){pattern}"))?),
            },
            placeholders: patterns.get_all(rule.placeholders.iter().chain(&rule.also))?,
            names: patterns.get_all(rule.names.iter())?,
        })
    }

    /// Whether credentials are looked for in a place.
    pub(crate) fn looks_at(&self, place: Place) -> bool {
        self.places.iter().any(|known| known == place.name())
    }

    /// Whether a member of this name holds references to credentials only.
    pub(crate) fn holds_references(&self, name: &str) -> bool {
        self.not_under.as_ref().is_some_and(|pattern| pattern.is_match(name))
    }

    /// Why a value is a credential; none where it is none.
    pub(crate) fn judge(&self, candidate: &Candidate<'_>, lists: &CredentialLists) -> Option<Verdict> {
        // Most values hold no connection, and every key may have one: expressions are tried last.
        let password = match self.value {
            CredentialValue::Connection => Some(password_in(literal_part(candidate.value)?)?),
            _ => None,
        };
        if !self.keys.is_match(candidate.key) {
            return None;
        }
        let value = literal_part(candidate.value)?;
        if lists.is_reference(value) || self.placeholders.iter().any(|pattern| pattern.is_match(value)) {
            return None;
        }
        if let Some(password) = password {
            let is_meant = !lists.is_reference(password) && !lists.is_stand_in(password) && !is_of_one_run(password);
            return (is_meant && !lists.is_other(value)).then(|| Verdict {
                why: "a password in a connection string".to_owned(),
                demo: lists.is_demo(password, candidate.key) || is_user_of(value, password),
            });
        }
        if is_of_one_run(value) || lists.is_stand_in(value) {
            return None;
        }
        if let Some(token) = lists.token_in(value) {
            return Some(Verdict { why: format!("the form of a {token}"), demo: false });
        }
        if lists.is_other(value) {
            return None;
        }
        let may_be_name = candidate.may_be_name || candidate.place.may_hold_names();
        let is_name = || self.names.iter().chain(&lists.names).any(|pattern| pattern.is_match(value));
        if may_be_name && (is_name() || is_name_of(candidate.key, value)) {
            return None;
        }
        match self.value {
            CredentialValue::Made if !may_be_made(candidate.key, value) => return None,
            CredentialValue::Random if !is_random(value) => return None,
            _ => {}
        }
        let form = lists.form_of(value).map_or_else(String::new, |form| format!(" with the form of a {form}"));
        let why = format!("a literal{form} under a key that says credential, {}", candidate.place.words());
        Some(Verdict { why, demo: lists.is_demo(value, candidate.key) })
    }
}

/// The part of a value that is a literal: the default in `${NAME:-default}`, which holds where nobody sets the name, else the
/// whole. None where there is nothing.
fn literal_part(value: &str) -> Option<&str> {
    let value = head(value.trim());
    let inner = value.strip_prefix("${").and_then(|v| v.strip_suffix('}'));
    let default = inner.and_then(|v| {
        let (name, default) = v.split_once(":-").or_else(|| v.split_once('-'))?;
        is_identifier(name).then_some(default)
    });
    let value = default.unwrap_or(value).trim();
    (!value.is_empty()).then_some(value)
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

/// The password in a connection string: of `scheme://user:password@host`, or of a part such as `Password=…;`.
fn password_in(value: &str) -> Option<&str> {
    password_in_url(value).or_else(|| password_in_parts(value))
}

fn password_in_url(value: &str) -> Option<&str> {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once("://") {
        rest = after;
        let end = after.find(['/', '?', '#', '"', '\'', ',', ' ', '\\']).unwrap_or(after.len());
        if let Some((user, _)) = after[..end].rsplit_once('@')
            && let Some((_, password)) = user.split_once(':')
            && !password.is_empty()
        {
            return Some(password);
        }
    }
    None
}

/// The user of a URL is its password too: `guest:guest`.
fn is_user_of(value: &str, password: &str) -> bool {
    value.contains(&format!("//{password}:{password}@"))
}

fn password_in_parts(value: &str) -> Option<&str> {
    if !value.contains(['=', ';']) {
        return None;
    }
    let mut parts = value.split([';', '&', '?', ' ', '"']).filter_map(|part| part.split_once('='));
    let is_password = |name: &str| {
        ["password", "pwd", "accountkey", "sharedaccesskey", "secretkey"]
            .iter()
            .any(|known| name.trim().eq_ignore_ascii_case(known))
    };
    let many = value.matches('=').count() > 1 || value.contains("://");
    parts.find(|(name, password)| many && is_password(name) && !password.trim().is_empty()).map(|(_, p)| p.trim())
}

/// Whether a value is one letter over and over, or letters in their order: `xxxx`, `****`, `0000-0000`, `abcdef`, `87654321`.
fn is_of_one_run(value: &str) -> bool {
    let mut step = None;
    let mut last: Option<u32> = None;
    let letters = value.chars().filter(|c| c.is_alphanumeric() || !matches!(c, '-' | '_' | ' ' | '.' | ':'));
    let mut count = 0;
    for letter in letters.map(|c| u32::from(c.to_ascii_lowercase())) {
        count += 1;
        if let Some(last) = last {
            let here = i64::from(letter) - i64::from(last);
            // After nine comes zero.
            let here = if (last, letter) == (u32::from('9'), u32::from('0')) { 1 } else { here };
            if !(-1..=1).contains(&here) || step.is_some_and(|step| step != here) {
                return false;
            }
            step = Some(here);
        }
        last = Some(letter);
    }
    count >= 3 || step == Some(0)
}

/// The words of a name: `DB_PASSWORD`, `db-password` and `dbPassword` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            was_lower = false;
            continue;
        }
        if c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a value names the key of a secret rather than being one: it repeats the words of its own key, as in
/// `DB_PASSWORD: db-password` and `SECRET_KEY: app-secret-key`.
fn is_name_of(key: &str, value: &str) -> bool {
    if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
        return false;
    }
    let (key, value) = (words(key), words(value));
    key.len() >= 2 && value.ends_with(&key)
}

/// Whether a key or token that machines make may have this value: not a number, a word that its key has too, or a name for
/// nothing.
fn may_be_made(key: &str, value: &str) -> bool {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = value.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut rest = value.to_ascii_lowercase();
    for word in ["foo", "bar", "baz", "qux", "-", "_", " "] {
        rest = rest.replace(word, "");
    }
    let is_own_word = is_word && words(key).iter().any(|word| word == value);
    value.len() >= MIN_MADE && !is_number && !is_own_word && !rest.is_empty()
}

/// Whether a value is surely made by chance: long, in one word, with a part that has letters and digits.
fn is_random(value: &str) -> bool {
    let has_both = |part: &str| {
        part.len() >= MIN_RANDOM_PART
            && part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    value.len() >= MIN_RANDOM
        && !value.contains(char::is_whitespace)
        && value.split(['-', '_', '.', ':', '/']).any(has_both)
}

/// A form by which values are told, compiled.
#[derive(Debug)]
struct Form {
    title: String,
    contains: Vec<String>,
    pattern: Arc<Pattern>,
}

impl Form {
    fn compile(form: &TokenForm, patterns: &mut PatternCache) -> Result<Self, String> {
        if form.contains.is_empty() {
            return Err("a form needs literals under contains, one of which every match contains".into());
        }
        let pattern = patterns.get(&format!("(?i){}", form.pattern))?;
        Ok(Self { title: form.title.clone(), contains: form.contains.clone(), pattern })
    }

    fn is_in(&self, text: &str) -> bool {
        self.contains.iter().any(|literal| text.contains(literal.as_str())) && self.pattern.is_match(text)
    }
}

/// What tells credentials from what only looks like one, compiled from `credentials.yaml`.
#[derive(Debug, Default)]
pub(crate) struct CredentialLists {
    references: Vec<Arc<Pattern>>,
    stand_ins: Vec<Arc<Pattern>>,
    others: Vec<Arc<Pattern>>,
    names: Vec<Arc<Pattern>>,
    demo: Vec<Arc<Pattern>>,
    tokens: Vec<Form>,
    forms: Vec<Form>,
    marks: Vec<String>,
    marks_before: Vec<String>,
    /// Globs of a developer's own set-up, and of what is none.
    pub(crate) developers: Vec<u32>,
    pub(crate) not_developers: Vec<u32>,
    objects: ObjectIndex,
    /// Fields with values, by their numbers in `objects`.
    fields: Vec<Vec<FieldPath>>,
}

impl CredentialLists {
    /// Compiles the lists; `Err` says what is wrong with them. Literals and globs are added by the caller.
    pub(crate) fn compile(file: &CredentialFile, patterns: &mut PatternCache) -> Result<Self, String> {
        let mut all = |list: &[String]| -> Result<Vec<Arc<Pattern>>, String> {
            list.iter().map(|expression| patterns.get(&format!("(?i){expression}"))).collect()
        };
        let mut lists = Self {
            references: all(&file.references)?,
            stand_ins: all(&file.stand_ins)?,
            others: all(&file.others)?,
            names: all(&file.names)?,
            demo: all(&file.demo)?,
            marks: file.marks.clone(),
            marks_before: file.marks_before.clone(),
            ..Self::default()
        };
        let mut forms = |list: &[TokenForm]| list.iter().map(|form| Form::compile(form, patterns)).collect();
        lists.tokens = forms(&file.tokens)?;
        let known: Result<Vec<Form>, String> = forms(&file.forms);
        lists.forms = known?;
        for (number, values) in file.values.iter().enumerate() {
            lists.objects.add(number as u32, &values.objects);
            lists.fields.push(values.fields.iter().map(|field| FieldPath::parse(field)).collect::<Result<_, _>>()?);
        }
        Ok(lists)
    }

    /// Fields of an object in which the values of a chart stand.
    pub(crate) fn value_fields<'a>(&'a self, group: &'a str, kind: &str) -> impl Iterator<Item = &'a FieldPath> + 'a {
        self.objects.matchers(group, kind).filter_map(|number| self.fields.get(number as usize)).flatten()
    }

    /// The token that stands in a text; none where there is none, or a stand-in.
    pub(crate) fn token_in(&self, text: &str) -> Option<&str> {
        self.tokens.iter().find(|form| form.is_in(text)).map(|form| form.title.as_str())
    }

    /// The same for a line of any file, where a stand-in may be around the token.
    pub(crate) fn token_in_line(&self, line: &str) -> Option<&str> {
        let line = head(line);
        let token = self.token_in(line)?;
        let around = line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '(' | ')'));
        let mut words = around.filter(|word| self.token_in(word).is_some());
        let is_real = |word: &str| !self.is_reference(word) && !self.is_stand_in(word);
        words.any(|word| is_real(word.rsplit_once(['=']).map_or(word, |(_, value)| value))).then_some(token)
    }

    fn form_of(&self, value: &str) -> Option<&str> {
        self.forms.iter().find(|form| form.is_in(value)).map(|form| form.title.as_str())
    }

    /// Whether a line tells scanners that it, or the line before that it, holds no credential.
    pub(crate) fn is_marked(&self, line: &str, before: &str) -> bool {
        self.marks.iter().any(|mark| line.contains(mark.as_str()))
            || self.marks_before.iter().any(|mark| before.contains(mark.as_str()))
    }

    /// Whether a text says where a credential is, or holds it encrypted.
    pub(crate) fn is_reference(&self, text: &str) -> bool {
        self.references.iter().any(|pattern| pattern.is_match(text))
    }

    /// Whether a text stands where a credential is to come.
    pub(crate) fn is_stand_in(&self, text: &str) -> bool {
        self.stand_ins.iter().any(|pattern| pattern.is_match(text))
    }

    fn is_other(&self, text: &str) -> bool {
        self.others.iter().any(|pattern| pattern.is_match(text))
    }

    /// Whether a literal looks like a value that nobody keeps secret: by the list, or a word of its own key.
    fn is_demo(&self, value: &str, key: &str) -> bool {
        let lower = value.to_lowercase();
        self.demo.iter().any(|pattern| pattern.is_match(value)) || words(key).contains(&lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists() -> CredentialLists {
        let text = include_str!("../../public/rules/credentials.yaml");
        let file = crate::yaml::read::<CredentialFile>(text, "credentials.yaml").unwrap().0;
        CredentialLists::compile(&file, &mut PatternCache::default()).unwrap()
    }

    fn matcher(value: CredentialValue) -> Credentials {
        let rule = CredentialMatch {
            places: vec!["env".into()],
            keys: "(password|token|secret|key|url)".into(),
            value,
            not_under: "^existing".into(),
            placeholders: Vec::new(),
            also: vec!["^house-style".into()],
            names: vec!["^shelf-".into()],
        };
        Credentials::compile(&rule, &mut PatternCache::default()).unwrap()
    }

    fn judge(value: CredentialValue, place: Place, key: &str, text: &str) -> Option<Verdict> {
        let candidate = Candidate { place, key, value: text, may_be_name: false };
        matcher(value).judge(&candidate, &lists())
    }

    fn is_password(text: &str) -> bool {
        judge(CredentialValue::Any, Place::Env, "password", text).is_some()
    }

    #[test]
    fn keys_and_places_are_those_of_the_matcher() {
        let credentials = matcher(CredentialValue::Any);
        assert!(credentials.looks_at(Place::Env) && !credentials.looks_at(Place::Values));
        assert!(credentials.holds_references("existingSecret") && !credentials.holds_references("secret"));
        assert!(judge(CredentialValue::Any, Place::Env, "user", "hunter2").is_none());
        assert!(!is_password("house-style-9"));
    }

    #[test]
    fn literals_count() {
        for literal in [
            "hunter2",
            "${TOKEN:-hunter2}",
            "Tr0ub4dor&3",
            "correct-horse-battery-staple",
            "s3cr3t!",
            "kettle brine",
            "password",
            "admin",
            "test1",
            "mypassword",
            "9f8e7d6c5b4a",
            "pa55/w0rd",
            "Sommer2024!",
            "12345698",
        ] {
            assert!(is_password(literal), "{literal}");
        }
    }

    #[test]
    fn references_stand_ins_and_other_values_do_not() {
        for value in [
            // Nothing.
            "",
            "  ",
            "null",
            "none",
            "N/A",
            // Templates and variables, anywhere in the value.
            "{{ .Values.db.password }}",
            "pre-{{ .x }}-post",
            "{% raw %}",
            "<%= password %>",
            "${TOKEN}",
            "$(cat file)",
            "$PASSWORD",
            "%PASSWORD%",
            "<password>",
            "((db-password))",
            "[[password]]",
            "#{Password}",
            "@@PASSWORD@@",
            "__PASSWORD__",
            "${TOKEN:-}",
            "${TOKEN:-changeme}",
            "${TOKEN:?set it}",
            // Stores.
            "op://vault/item/field",
            "vault:secret/data/db#password",
            "ref+vault://secret/db",
            "arn:aws:ssm:eu:1:p/x",
            "projects/acme/secrets/db/versions/1",
            "ssm:/prod/db",
            "secretKeyRef:db",
            "!vault |",
            "awssm://db",
            // Encrypted and hashed.
            "ENC[AES256_GCM,data:x]",
            "ENC(abc)",
            "{cipher}abc",
            "$ANSIBLE_VAULT;1.1;AES256",
            "$2a$10$abcdefghij",
            "SCRAM-SHA-256$4096:x",
            "vault:v1:abcd",
            // From a program.
            "os.environ['X']",
            "process.env.PASSWORD",
            "var.password",
            "getenv(\"X\")",
            "random_password.db.result",
            "ENV['PASS']",
            "data.aws_secret.x",
            // Stand-ins.
            "changeme",
            "ChangeMe!",
            "change-me-please",
            "your-password",
            "yourpassword",
            "override_me",
            "replace-this",
            "snakeoil",
            "do-not-use",
            "DO_NOT_USE_IN_PROD",
            "xxxx",
            "XXXX-XXXX",
            "****",
            "......",
            "0000-0000-0000",
            "abcdefgh",
            "87654321",
            "TODO",
            "tbd",
            "<fill in>",
            "to-be-replaced",
            "PasswordHere",
            "example-password",
            "some-secret-value",
            "placeholder",
            "DB_PASSWORD",
            "PASSWORD",
            "insert-password",
            // Of another kind.
            "true",
            "off",
            "8080",
            "15m",
            "30 days",
            "/run/secrets/db",
            "./pass.txt",
            "certs/tls.key",
            "https://a.b/c",
            "git@github.com:a/b",
            "ssh-ed25519 AAAAC3Nz x@y",
            "-----BEGIN CERTIFICATE-----",
            "RS256",
            "AES-256-GCM",
            "UA-12345-1",
            "Bearer",
        ] {
            assert!(!is_password(value), "{value}");
        }
    }

    #[test]
    fn what_nobody_keeps_secret_says_so() {
        let demo = |key: &str, value: &str| judge(CredentialValue::Any, Place::Env, key, value).unwrap().demo;
        for value in [
            "admin",
            "password123",
            "postgres",
            "test",
            "minio123",
            "foo",
            "testpassword1",
            "demo-password",
            "not-a-real-password",
        ] {
            assert!(demo("password", value), "{value}");
        }
        assert!(demo("PAPERBOAT_PASSWORD", "paperboat"), "a word of its key");
        for value in ["k8Jw!f02-vnq", "tulip-harvest-77", "hunter2", "9f8e7d6c5b4a"] {
            assert!(!demo("password", value), "{value}");
        }
    }

    #[test]
    fn keys_that_machines_make_have_more_than_a_word() {
        let made = |key: &str, value: &str| judge(CredentialValue::Made, Place::Env, key, value).is_some();
        assert!(made("api_key", "b7f2c9d1") && made("access_key", "k-ray") && made("token", "sesame-street"));
        assert!(!made("api_key", "sub") && !made("token", "123456789") && !made("secret_key", "foobarbaz"));
        assert!(!made("connection_secret_key", "connection"));
        let random = |value: &str| judge(CredentialValue::Random, Place::Env, "secret", value).is_some();
        assert!(random("e925d1c0-3f7d-4323-8f3c-179e334ed877") && random("q8Zt41kWmv20Lr7x"));
        assert!(!random("shop-database-credentials-2") && !random("short1"));
    }

    #[test]
    fn names_of_keys_stand_in_values_but_not_in_secrets() {
        let found = |place, key: &str, value: &str| judge(CredentialValue::Any, place, key, value).is_some();
        for (key, value) in [
            ("DB_PASSWORD", "db-password"),
            ("SECRET_KEY", "app-secret-key"),
            ("token", "shop-token"),
            ("key", "x-api-key"),
        ] {
            assert!(!found(Place::Values, key, value), "{key}: {value}");
        }
        assert!(!found(Place::ConfigMap, "token", "shelf-nine") && found(Place::Env, "token", "shelf-nine"));
        assert!(found(Place::Values, "DB_PASSWORD", "staging-password"));
        assert!(found(Place::SecretObject, "token", "shop-token"));
    }

    #[test]
    fn tokens_and_connection_strings_say_what_they_are() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        let why = |value, key: &str, text: &str| judge(value, Place::Env, key, text).map(|verdict| verdict.why);
        assert_eq!(why(CredentialValue::Any, "token", &token).unwrap(), "the form of a GitHub token");
        let connection = |text: &str| judge(CredentialValue::Connection, Place::Env, "url", text);
        let found = |text: &str| connection(text).is_some();
        assert!(found("postgres://shop:brine-kettle@db:5432/shop") && found("redis://:kettle9@cache"));
        assert!(found("Server=db;User Id=sa;Password=Kettle9!;") && found("jdbc:mysql://db/x?user=a&password=kettle9"));
        assert!(found("--dsn=postgres://shop:brine-kettle@db.shop.example:5432/shop"));
        assert!(connection("amqp://guest:guest@mq").unwrap().demo);
        for text in [
            "https://shop.example/path",
            "postgres://shop@db/shop",
            "postgres://shop:${PW}@db/shop",
            "postgres://shop:<password>@db",
            "postgres://user:changeme@db",
            "https://[::1]:8080/@x",
            "password=kettle9",
            "postgres://{{ .u }}:x@db",
        ] {
            assert!(!found(text), "{text}");
        }
    }

    #[test]
    fn marks_of_other_scanners_are_seen() {
        let lists = lists();
        assert!(lists.is_marked("password: x # gitleaks:allow", "") && lists.is_marked("a: b  # nosec", ""));
        assert!(lists.is_marked("a: b", "# pragma: allowlist nextline secret"));
        assert!(!lists.is_marked("nosection: b", "# gitleaks:allow"));
    }

    #[test]
    fn runs_of_letters_are_told() {
        for run in ["aaa", "1111-1111", "abcdef", "54321", "7890123"] {
            assert!(is_of_one_run(run), "{run}");
        }
        for other in ["aab", "abd", "hunter2", "1357", "ab"] {
            assert!(!is_of_one_run(other), "{other}");
        }
    }
}
