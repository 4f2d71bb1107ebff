//! Matchers of literal credentials: in objects, in values, in settings, and private keys and tokens anywhere. Only lines, the
//! names of keys and why a value counts leave this file, never a value.

use memchr::{memchr, memmem};

use crate::{
    formats::{
        assignments::{self, Style},
        documents::{self, Object},
        lines::head,
        pem,
        templates::ACTION,
    },
    rules::{
        credentials::{Candidate, CredentialLists, Credentials, Place, Verdict},
        path_match::FileKind,
        selectors::{Matcher, Selector},
    },
    scan::{
        content::Content,
        matches::{ContentMatches, CredentialHit},
    },
    util::{path::extension, sort::sort_by_key},
    yaml::{KeyFilter, NodeRef, TreeBuffers},
};

/// Keys under which a container has its environment and its arguments.
const CONTAINER_KEYS: [&str; 3] = ["env", "args", "command"];
/// Deepest nesting in which values are looked at.
const MAX_DEPTH: usize = 24;
/// Texts inside texts that are looked into.
const MAX_TEXTS: usize = 3;
/// Other lines of a file that are named beside the one shown.
const MAX_LINES: usize = 20;
/// Letters of a key that are shown.
const MAX_KEY: usize = 60;

/// Looks for literal credentials.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    let has_assignments = content.path_match.is(FileKind::Assignments);
    // What stands in prose is there to be read.
    let is_prose = content.rules.prose.contains(content.extension);
    let has_private_key = !is_prose && memmem::find(content.text.as_bytes(), pem::PRIVATE_KEY).is_some();
    let has_token = !is_prose && content.literals.is_some() && content.has_any(&content.rules.token_literals);
    matches.was_read |= has_assignments;
    let has_places = has_assignments || has_private_key || has_token || content.is_values();
    if !has_places && content.objects().next().is_none() {
        return;
    }
    let mut finder = Finder::new(content);
    if finder.matchers.is_empty() {
        return;
    }
    for (document, object) in content.objects() {
        finder.object(object, &document.keys);
    }
    if content.is_values() {
        content.documents().iter().for_each(|document| finder.values(Place::Values, document.root, 0));
    } else if has_assignments {
        finder.assignments();
    }
    if has_private_key {
        finder.private_keys();
    }
    if has_token {
        finder.tokens();
    }
    finder.report(matches);
}

/// Whether credentials are looked for in the documents of a file, whatever objects it holds.
pub(in crate::scan) fn wants_documents(content: &Content<'_>) -> bool {
    let has_settings = || content.path_match.is(FileKind::Assignments) && is_tree(content.extension);
    !content.rules.credentials.is_empty() && (content.is_values() || has_settings())
}

/// Whether a file of settings is read as a tree rather than by lines.
fn is_tree(extension: &str) -> bool {
    matches!(extension, "yaml" | "yml" | "json")
}

/// A literal credential.
struct Found {
    rule: u32,
    line: u32,
    key: String,
    verdict: Verdict,
    /// Its line says that it is none.
    is_excepted: bool,
}

/// Looks for what all matchers mean by a credential.
struct Finder<'c> {
    content: &'c Content<'c>,
    lists: &'c CredentialLists,
    matchers: Vec<(&'c Matcher, &'c Credentials)>,
    container_keys: Vec<KeyFilter>,
    /// Of texts that are looked into, the outermost first: the line on which each row stands in the one around it.
    rows: Vec<Vec<u32>>,
    found: Vec<Found>,
}

impl<'c> Finder<'c> {
    fn new(content: &'c Content<'c>) -> Self {
        let rules = content.rules;
        let matchers = rules.credentials.iter().map(|matcher| &rules.matchers[*matcher as usize]);
        let matchers = matchers.filter(|matcher| content.allows(matcher));
        let container_keys = CONTAINER_KEYS.iter().map(|key| {
            let mut filter = KeyFilter::default();
            filter.add(key.as_bytes());
            filter
        });
        Self {
            content,
            lists: &rules.credential_lists,
            matchers: matchers
                .filter_map(|matcher| match &matcher.selector {
                    Selector::Credential(credentials) => Some((matcher, &**credentials)),
                    _ => None,
                })
                .collect(),
            container_keys: container_keys.collect(),
            rows: Vec::new(),
            found: Vec::new(),
        }
    }

    fn looks_at(&self, place: Place) -> bool {
        self.matchers.iter().any(|(_, credentials)| credentials.looks_at(place))
    }

    /// The line of the file for a line of the innermost text.
    fn line(&self, line: u32) -> u32 {
        let outer = |line: u32, rows: &Vec<u32>| {
            rows.get(line.saturating_sub(1) as usize).or(rows.last()).copied().unwrap_or(line)
        };
        self.rows.iter().rev().fold(line, outer)
    }

    /// Judges a value, which begins on this line of the innermost text.
    fn judge(&mut self, place: Place, key: &str, value: &str, line: u32) {
        let value = head(value.trim());
        if value.is_empty() {
            return;
        }
        // The credentials of a registry are user and password in one.
        let login = if matches!(key, "auth" | "_auth") { decode(value) } else { None };
        let (key, value) = match login.as_deref().and_then(|login| login.split_once(':')) {
            Some((_, password)) => ("password", password),
            None => (key, value),
        };
        let line = self.line(line);
        let may_be_name = matches!(self.content.extension, "tf" | "tofu");
        let candidate = Candidate { place, key, value, may_be_name };
        for (matcher, credentials) in &self.matchers {
            if credentials.looks_at(place)
                && let Some(verdict) = credentials.judge(&candidate, self.lists)
                && !self.has_action(value, line)
            {
                let found = self.found(matcher, line, key, verdict);
                self.found.push(found);
            }
        }
    }

    fn found(&self, matcher: &Matcher, line: u32, key: &str, verdict: Verdict) -> Found {
        let (row, before) = (self.content.line(line), self.content.line(line.saturating_sub(1)));
        Found {
            rule: matcher.rule,
            line,
            key: key.chars().take(MAX_KEY).collect(),
            verdict,
            is_excepted: self.lists.is_marked(row, before),
        }
    }

    /// Whether a template action stood in a value of a file that was read tolerantly.
    fn has_action(&self, value: &str, line: u32) -> bool {
        let has_any = |text: &str| text.contains("{{") || text.contains("{%");
        self.content.is_templated && (value.contains(ACTION) || has_any(self.content.line(line)))
    }

    /// Credentials of an object. `keys` are those of the document in which it stands.
    fn object(&mut self, object: &Object<'_>, keys: &KeyFilter) {
        match (object.group, object.kind) {
            ("", "Secret") => return self.secret(object.node),
            ("", "ConfigMap") => {
                for (key, value) in object.node.get("data").map(NodeRef::members).unwrap_or_default() {
                    self.pair(Place::ConfigMap, key.text().unwrap_or(""), value);
                }
                return;
            }
            (_, "CustomResourceDefinition") => return,
            _ => {}
        }
        let lists = self.lists;
        for field in lists.value_fields(object.group, object.kind) {
            field.each(object.node, &mut |node, _| match node.text() {
                Some(text) => self.document(Place::Values, text, row_lines(node)),
                None => self.values(Place::Values, node, 0),
            });
        }
        if self.container_keys.iter().any(|key| keys.may_have(key)) && self.looks_at(Place::Env) {
            self.container(object.node, 0);
        }
    }

    /// Credentials of a Secret, base64 decoded. One that SOPS encrypts, or that a controller fills, has none.
    fn secret(&mut self, node: NodeRef<'_>) {
        let kind = node.get("type").and_then(NodeRef::text).unwrap_or("");
        if node.get("sops").is_some() || kind == "kubernetes.io/service-account-token" {
            return;
        }
        for (member, is_encoded) in [("data", true), ("stringData", false)] {
            for (key, value) in node.get(member).map(NodeRef::members).unwrap_or_default() {
                let (Some(key), Some(text)) = (key.text(), value.text()) else { continue };
                if is_encoded && (self.lists.is_reference(head(text)) || self.lists.is_stand_in(head(text))) {
                    continue;
                }
                let plain = if is_encoded { decode(text) } else { Some(text.to_owned()) };
                let Some(plain) = plain else { continue };
                if pem::private_keys(&plain).any(|(_, body)| !self.lists.is_stand_in(body)) {
                    self.add_private_key(Place::SecretObject, key, value.line_at(0));
                } else if plain.trim().contains('\n') || plain.trim_start().starts_with('{') {
                    let rows = if is_encoded { vec![value.line_at(0)] } else { row_lines(value) };
                    self.text(Place::SecretObject, key, &plain, rows);
                } else {
                    self.judge(Place::SecretObject, key, &plain, value.line_at(0));
                }
            }
        }
    }

    /// Credentials in the environment and the arguments of containers, anywhere in an object.
    fn container(&mut self, node: NodeRef<'_>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for (key, value) in node.members() {
            match key.text() {
                Some("env") if value.is_seq() => self.list(Place::Env, value, depth),
                Some("args" | "command") => self.list(Place::Env, value, depth),
                _ => self.container(value, depth + 1),
            }
        }
        node.items().for_each(|item| self.container(item, depth + 1));
    }

    /// Credentials anywhere in values.
    fn values(&mut self, place: Place, node: NodeRef<'_>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for (key, value) in node.members() {
            let name = key.text().unwrap_or("");
            if value.text().is_some() {
                self.pair(place, name, value);
            } else if !self.matchers.iter().any(|(_, c)| c.looks_at(place) && c.holds_references(name)) {
                self.values(place, value, depth + 1);
            }
        }
        self.list(place, node, depth);
    }

    /// Credentials in the items of a list: names with values, `KEY=value`, and what stands deeper.
    fn list(&mut self, place: Place, node: NodeRef<'_>, depth: usize) {
        let mut option = "";
        for item in node.items() {
            if let Some(text) = item.text() {
                let (key, value) = match assignments::argument(text) {
                    Some(pair) => pair,
                    // The value of `--password` may be the item behind it.
                    None if !text.starts_with('-') => (option, text),
                    None => ("", ""),
                };
                self.judge(place, key, value, item.line_at(0));
                option = text.strip_prefix("--").filter(|name| !name.contains(['=', ' '])).unwrap_or("");
                continue;
            }
            match (item.get("name").or_else(|| item.get("key")), item.get("value")) {
                (Some(name), Some(value)) if value.is_scalar() => self.pair(place, name.text().unwrap_or(""), value),
                // What else an item of an environment has says where its value is.
                _ if place == Place::Env => {}
                _ => self.values(place, item, depth + 1),
            }
        }
    }

    /// A key with its value, which may be a whole file as a text.
    fn pair(&mut self, place: Place, key: &str, value: NodeRef<'_>) {
        let Some(text) = value.text() else { return };
        if text.contains('\n') {
            self.text(place, key, text, row_lines(value));
        } else if value.bool().is_none() {
            self.judge(place, key, text, value.line_at(0));
        }
    }

    /// A file as a text, by the name of its key. `rows` are the lines on which its rows stand.
    fn text(&mut self, place: Place, key: &str, text: &str, rows: Vec<u32>) {
        if text.trim_start().starts_with("$ANSIBLE_VAULT") {
            return;
        }
        let extension = extension(key);
        let is_config =
            key.ends_with("kubeconfig") || key.ends_with("config.json") || key.ends_with("dockerconfigjson");
        if is_tree(extension) || is_config || text.trim_start().starts_with('{') {
            return self.document(place, text, rows);
        }
        // Only a value in quotes is surely a literal, but for formats without quotes.
        let is_plain = place == Place::SecretObject
            || matches!(extension, "properties" | "env" | "ini" | "cnf" | "cfg" | "credentials" | "netrc");
        self.in_rows(place, text, rows, if is_plain { Style::Plain } else { Style::Quoted });
    }

    /// A document as a text.
    fn document(&mut self, place: Place, text: &str, rows: Vec<u32>) {
        if self.rows.len() >= MAX_TEXTS {
            return;
        }
        self.rows.push(rows);
        for document in documents::read(text, TreeBuffers::default()).tree.documents() {
            self.values(place, document, 0);
        }
        self.rows.pop();
    }

    fn in_rows(&mut self, place: Place, text: &str, rows: Vec<u32>, style: Style) {
        self.rows.push(rows);
        self.rows_of(place, text, style);
        self.rows.pop();
    }

    /// Credentials in the rows of a text: assignments, and connection strings wherever they stand.
    fn rows_of(&mut self, place: Place, text: &str, style: Style) {
        assignments::each(text, style, &mut |line, key, value| self.judge(place, key, value, line));
        if memmem::find(text.as_bytes(), b"://").is_some() && memchr(b'@', text.as_bytes()).is_some() {
            for (index, row) in text.lines().enumerate() {
                if row.contains("://") && row.contains('@') && !assignments::is_comment(row.trim()) {
                    self.judge(place, "", row, u32::try_from(index + 1).unwrap_or(u32::MAX));
                }
            }
        }
    }

    /// Credentials in a file of settings.
    fn assignments(&mut self) {
        let content = self.content;
        if !self.looks_at(Place::Assignments) {
            return;
        }
        if is_tree(content.extension) {
            for document in content.documents() {
                // A Secret is looked at as an object.
                if !document.root.get("kind").is_some_and(|kind| kind.is_text("Secret")) {
                    self.values(Place::Assignments, document.root, 0);
                }
            }
        } else {
            self.rows_of(Place::Assignments, content.text, Style::of_file(content.path));
        }
    }

    /// Private keys with a body.
    fn private_keys(&mut self) {
        let content = self.content;
        for (at, body) in pem::private_keys(content.text) {
            let line = content.line_at(at);
            if !self.lists.is_stand_in(body) && !assignments::is_comment(content.line(line).trim()) {
                self.add_private_key(Place::PrivateKey, "private key", line);
            }
        }
    }

    fn add_private_key(&mut self, place: Place, key: &str, line: u32) {
        let line = self.line(line);
        for (matcher, credentials) in &self.matchers {
            if credentials.looks_at(place) {
                let why = format!("a private key {}", place.words());
                let found = self.found(matcher, line, key, Verdict { why, demo: false });
                self.found.push(found);
            }
        }
    }

    /// Tokens of known forms.
    fn tokens(&mut self) {
        let content = self.content;
        let mut last = 0;
        for offset in content.offsets_of(&content.rules.token_literals) {
            let line = content.line_at(offset);
            if line == last {
                continue;
            }
            last = line;
            let row = content.line(line);
            if assignments::is_comment(row.trim()) {
                continue;
            }
            let Some(token) = self.lists.token_in_line(row) else { continue };
            for (matcher, credentials) in &self.matchers {
                if credentials.looks_at(Place::Token) {
                    let verdict = Verdict { why: format!("the form of a {token}"), demo: false };
                    let found = self.found(matcher, line, token, verdict);
                    self.found.push(found);
                }
            }
        }
    }

    /// Adds what was found. All of a file are one match of a rule, for the file is what must be mended: the first is shown
    /// that does not look like a demo value. Those that are marked for other scanners are a match of their own.
    fn report(mut self, matches: &mut ContentMatches) {
        let path_match = self.content.path_match;
        let for_developers = path_match.any(&self.lists.developers) && !path_match.any(&self.lists.not_developers);
        // A private key or token says more than the name of a key, where both are found on one line.
        sort_by_key(&mut self.found, |found| {
            (found.rule, found.is_excepted, found.line, found.verdict.why.starts_with("a literal"))
        });
        self.found.dedup_by_key(|found| (found.rule, found.is_excepted, found.line));
        for group in self.found.chunk_by(|a, b| (a.rule, a.is_excepted) == (b.rule, b.is_excepted)) {
            let Some(shown) = group.iter().find(|found| !found.verdict.demo).or(group.first()) else { continue };
            let others = group.iter().map(|found| found.line).filter(|line| *line != shown.line);
            let credential = CredentialHit {
                why: shown.verdict.why.clone(),
                demo: shown.verdict.demo,
                developers: for_developers,
                lines: others.take(MAX_LINES).collect(),
                is_excepted: shown.is_excepted,
            };
            let text = format!("{}: a literal value (not shown)", shown.key);
            matches.add_credential(shown.rule, shown.line, &text, self.content.is_templated, credential);
        }
    }
}

/// The lines on which the rows of a text stand.
fn row_lines(node: NodeRef<'_>) -> Vec<u32> {
    node.rows().map(|(line, _)| line).collect()
}

/// Base64 to text; none where it is not base64 or not text.
fn decode(text: &str) -> Option<String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let compact: String = text.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(compact).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use crate::scan::matchers::testing::{credential_rules, found, matches_in};

    const ANY: &str =
        "places: [secret-object, env, config-map, values, assignments], keys: '(password|token|secret|key)$'";

    fn shown(path: &str, text: &str) -> Vec<String> {
        let words = ": a literal value (not shown)";
        found(&credential_rules(&format!("[{{credential: {{{ANY}}}}}]")), path, text)
            .into_iter()
            .map(|line| line.trim_end_matches(words).to_owned())
            .collect()
    }

    /// The line of the first credential, and those of all others.
    fn lines(path: &str, text: &str) -> Vec<u32> {
        let matches = matches_in(&credential_rules(&format!("[{{credential: {{{ANY}}}}}]")), path, text);
        matches
            .hits
            .iter()
            .flat_map(|hit| std::iter::once(hit.line).chain(hit.credential.clone().unwrap().lines))
            .collect()
    }

    #[test]
    fn secrets_are_decoded_and_references_left() {
        let secret = |member: &str| format!("apiVersion: v1\nkind: Secret\n{member}\n");
        assert_eq!(shown("a.yaml", &secret("stringData: {password: kettle-nine}")), ["3 password"]);
        assert_eq!(shown("a.yaml", &secret("data: {password: a2V0dGxlLW5pbmU=}")), ["3 password"]);
        for none in [
            "stringData: {password: op://vault/item}",
            "stringData: {url: https://x.y}",
            "stringData: {token: '${TOKEN:-}'}",
            "stringData: {password: kettle-nine}\nsops: {mac: x}",
            "type: kubernetes.io/service-account-token\nstringData: {token: kettle-nine}",
            "data: {password: <base64>}",
            // "changeme" in base64.
            "data: {password: Y2hhbmdlbWU=}",
        ] {
            assert_eq!(shown("a.yaml", &secret(none)), Vec::<String>::new(), "{none}");
        }
        // A file in a Secret is read as what it is.
        let config = "stringData:\n  app.yaml: |\n    a: b\n    db:\n      password: kettle-nine\n  settings.ini: |\n    [db]\n    password = kettle-nine\n";
        assert_eq!(lines("a.yaml", &secret(config)), [7, 10]);
        let login =
            "stringData:\n  .dockerconfigjson: '{\"auths\": {\"ghcr.io\": {\"auth\": \"bWU6a2V0dGxlLW5pbmU=\"}}}'\n";
        assert_eq!(shown("a.yaml", &secret(login)), ["4 password"]);
    }

    #[test]
    fn environments_and_arguments_of_containers_are_looked_at() {
        let pod = |container: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nspec: {{template: {{spec: {{containers: [{container}]}}}}}}\n"
            )
        };
        assert_eq!(shown("a.yaml", &pod("{env: [{name: DB_PASSWORD, value: kettle-nine}]}")), ["3 DB_PASSWORD"]);
        assert_eq!(shown("a.yaml", &pod("{args: ['--db-password=kettle-nine']}")), ["3 db-password"]);
        assert_eq!(shown("a.yaml", &pod("{command: [serve, --password, kettle-nine]}")), ["3 password"]);
        assert!(
            shown("a.yaml", &pod("{env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]}"))
                .is_empty()
        );
        assert!(shown("a.yaml", &pod("{args: [--password-file, /run/password, --password, $(PASSWORD)]}")).is_empty());
    }

    #[test]
    fn the_line_is_that_of_the_value() {
        let config =
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  app.yaml: &x |\n\n\n    a: b\n    password: kettle-nine\n";
        assert_eq!(lines("a.yaml", config), [8]);
        assert_eq!(lines("values.yaml", "a:\n  password:\n    kettle-nine\nb: {token: !!str kettle-ten}\n"), [3, 4]);
        let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      values: |\n        # why\n        db:\n          password: kettle-nine\n";
        assert_eq!(lines("a.yaml", application), [9]);
    }

    #[test]
    fn template_actions_are_no_literals_however_a_file_is_read() {
        let template = "{{- if .Values.on }}\napiVersion: v1\nkind: Secret\nmetadata: {name: {{ .Release.Name }}}\nstringData:\n  password: {{ .Values.password }}\n  token: \"{{ .Values.token }}\"\n  key: pre-{{ .x }}-post\n{{- end }}\n";
        assert!(shown("templates/a.yaml", template).is_empty());
        let literal = template.replace("{{ .Values.password }}", "kettle-nine");
        assert_eq!(shown("templates/a.yaml", &literal), ["6 password"]);
    }

    #[test]
    fn settings_are_read_as_their_formats() {
        assert_eq!(shown("prod.env", "A=b\nDB_PASSWORD='kettle nine'\n"), ["2 DB_PASSWORD"]);
        assert_eq!(shown("x/settings.json", "{\"a\": {\"password\": \"kettle-nine\"}}"), ["1 password"]);
        assert_eq!(
            shown("x/compose.yaml", "services:\n  db:\n    environment:\n      - PASSWORD=kettle-nine\n"),
            ["4 PASSWORD"]
        );
        assert!(shown("x/compose.yaml", "secrets:\n  password: {file: ./password.txt}\n").is_empty());
        assert!(shown("values.yaml", "existingSecretRef: {password: kettle-nine}\npassword: true\n").len() == 1);
    }

    #[test]
    fn a_marked_line_is_seen_and_excepted() {
        let rules = credential_rules(&format!("[{{credential: {{{ANY}}}}}]"));
        let text = "password: kettle-nine # gitleaks:allow\ntoken: kettle-ten\n";
        let matches = matches_in(&rules, "values.yaml", text);
        let hits: Vec<(u32, bool)> =
            matches.hits.iter().map(|hit| (hit.line, hit.credential.as_ref().unwrap().is_excepted)).collect();
        assert_eq!(hits, [(2, false), (1, true)]);
    }

    #[test]
    fn the_file_is_one_match_that_shows_what_is_no_demo_value_first() {
        let rules = credential_rules(&format!("[{{credential: {{{ANY}}}}}]"));
        let matches =
            matches_in(&rules, "local/values.yaml", "password: admin\ntoken: kettle-ten\nb: {password: x9}\n");
        assert_eq!(matches.hits.len(), 1);
        let (hit, credential) = (&matches.hits[0], matches.hits[0].credential.clone().unwrap());
        assert_eq!((hit.line, credential.lines, credential.demo), (2, vec![1, 3], false));
        assert!(credential.developers);
        let demo = matches_in(&rules, "values.yaml", "password: admin\n").hits[0].credential.clone().unwrap();
        assert!(demo.demo && !demo.developers);
    }

    #[test]
    fn private_keys_and_tokens_count_anywhere_but_in_prose() {
        let rules = credential_rules(
            "[{credential: {places: [private-key, token], keys: '.*'}}, {line: {files: ['**/*'], contains: [never]}}]",
        );
        let of = |path: &str, text: &str| found(&rules, path, text).len();
        let key = "x\n-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1c7\n";
        let token = format!("notify: glpat-{}\n", "a1B2c3D4e5".repeat(2));
        assert_eq!((of("id_rsa", key), of("a.yaml", &token)), (1, 1));
        assert_eq!((of("a.md", key), of("a.md", &token)), (0, 0));
        assert_eq!(of("a.go", "const h = \"-----BEGIN RSA PRIVATE KEY-----\"\n"), 0);
        assert_eq!(of("a.yaml", "# glpat-a1B2c3D4e5a1B2c3D4e5\nx: glpat-xxxxxxxxxxxxxxxxxxxx\n"), 0);
    }
}
