//! Matchers of literal credentials: in objects, in values, in assignments, and private keys anywhere. Only the line and the
//! key's name leave this file, never a value.

use memchr::{memchr, memmem};

use crate::{
    formats::{
        documents::{self, Object},
        lines::head,
    },
    rules::{
        credentials::Credentials,
        path_match::FileKind,
        selectors::{Matcher, Selector},
    },
    scan::{
        content::Content,
        matches::{ContentMatches, Shown},
    },
    yaml::{KeyFilter, NodeRef, TreeBuffers},
};

/// The key under which an object has its environment.
const ENV: &str = "env";
/// Deepest nesting in which values are looked at.
const MAX_DEPTH: usize = 24;

/// Looks for literal credentials.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    let has_assignments = content.path_match.is(FileKind::Assignments);
    let has_private_key = memmem::find(content.text.as_bytes(), b"PRIVATE KEY-----").is_some();
    matches.was_read |= has_assignments;
    let has_places = has_assignments || has_private_key || content.is_values();
    if !has_places && content.objects().next().is_none() {
        return;
    }
    let matchers = content.rules.credentials.iter().map(|matcher| &content.rules.matchers[*matcher as usize]);
    let finders = matchers.filter(|matcher| content.allows(matcher)).filter_map(|matcher| match &matcher.selector {
        Selector::Credential(credentials) => Some((matcher, Finder::new(credentials))),
        _ => None,
    });
    let finders: Vec<(&Matcher, Finder<'_>)> = finders.collect();
    // All credentials of a file are one match, so the first found is shown: the first of its objects.
    for (document, object) in content.objects() {
        for (matcher, finder) in &finders {
            add(matcher, finder.in_object(object, &document.keys), content.is_templated, matches);
        }
    }
    for (matcher, finder) in &finders {
        if content.is_values() && finder.credentials.looks_at("values") {
            for document in content.documents() {
                add(matcher, finder.in_values(document.root), content.is_templated, matches);
            }
        }
    }
    for (matcher, finder) in &finders {
        if has_assignments && finder.credentials.looks_at("assignments") {
            let quoted_only = matches!(content.extension, "tf" | "tofu" | "tfvars" | "py");
            add(matcher, finder.in_lines(content.text, quoted_only), false, matches);
        }
    }
    for (matcher, finder) in &finders {
        if has_private_key && finder.credentials.looks_at("private-key") {
            add(matcher, private_key(content.text), false, matches);
        }
    }
}

/// Adds a match for each credential. All are of one subject, the file: that is what must be mended.
fn add(matcher: &Matcher, found: Vec<(u32, String)>, templated: bool, matches: &mut ContentMatches) {
    for (line, key) in found {
        let key: String = key.chars().take(60).collect();
        let text = format!("{key}: a literal value (not shown)");
        matches.add(matcher.rule, (0, line), Shown::Words(&text), None, templated);
    }
}

/// The line on which a private key begins.
fn private_key(text: &str) -> Vec<(u32, String)> {
    let line = text.lines().position(|line| line.contains("-----BEGIN") && line.contains("PRIVATE KEY"));
    line.map(|line| (u32::try_from(line + 1).unwrap_or(0), "private key".to_owned())).into_iter().collect()
}

/// Looks for what one matcher means by a credential. Each is given by its line and key.
struct Finder<'r> {
    credentials: &'r Credentials,
    env_key: KeyFilter,
}

impl<'r> Finder<'r> {
    fn new(credentials: &'r Credentials) -> Self {
        let mut env_key = KeyFilter::default();
        env_key.add(ENV.as_bytes());
        Self { credentials, env_key }
    }

    /// Line and key of each literal credential of an object. `keys` are those of the document in which it stands.
    fn in_object(&self, object: &Object<'_>, keys: &KeyFilter) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        match (object.group, object.kind) {
            ("", "Secret") if self.credentials.looks_at("secret-object") => {
                if object.node.get("sops").is_some() {
                    return found;
                }
                let kind = object.node.get("type").and_then(NodeRef::text).unwrap_or("");
                if kind == "kubernetes.io/service-account-token" {
                    return found;
                }
                for (member, encoded) in [("data", true), ("stringData", false)] {
                    for (key, value) in object.node.get(member).map(NodeRef::members).unwrap_or_default() {
                        let (Some(key), Some(text)) = (key.text(), value.text()) else { continue };
                        let plain = if encoded { decode(text) } else { Some(text.to_owned()) };
                        let Some(plain) = plain else { continue };
                        let private = plain.contains("PRIVATE KEY-----");
                        let public = plain.contains("PUBLIC KEY-----") || plain.contains("BEGIN CERTIFICATE");
                        let named = self.credentials.is_key(key);
                        if private
                            || (named
                                && !public
                                && self.credentials.is_literal(&plain)
                                && self.credentials.is_literal(text))
                        {
                            found.push((value.line(), key.to_owned()));
                        }
                    }
                }
            }
            ("", "ConfigMap") if self.credentials.looks_at("config-map") => {
                for (key, value) in object.node.get("data").map(NodeRef::members).unwrap_or_default() {
                    self.pair(key, value, &mut found);
                }
            }
            ("helm.toolkit.fluxcd.io", "HelmRelease") if self.credentials.looks_at("values") => {
                if let Some(values) = object.node.at(&["spec", "values"]) {
                    self.values(values, 0, &mut found);
                }
            }
            ("argoproj.io", "Application" | "ApplicationSet") if self.credentials.looks_at("values") => {
                let spec = object.node.at(&["spec", "template", "spec"]).or_else(|| object.node.get("spec"));
                let several = spec.and_then(|s| s.get("sources")).map(NodeRef::items).unwrap_or_default();
                for source in spec.and_then(|s| s.get("source")).into_iter().chain(several) {
                    self.helm(source, &mut found);
                }
            }
            _ if keys.may_have(&self.env_key) && self.credentials.looks_at("env") => {
                self.env(object.node, 0, &mut found)
            }
            _ => {}
        }
        found
    }

    /// Literal credentials in what an Application gives to Helm: values as members or as a text, and parameters.
    fn helm(&self, source: NodeRef<'_>, found: &mut Vec<(u32, String)>) {
        let Some(helm) = source.get("helm") else { return };
        if let Some(values) = helm.get("valuesObject") {
            self.values(values, 0, found);
        }
        if let Some(values) = helm.get("values")
            && let Some(text) = values.text()
        {
            let mut inner = Vec::new();
            for document in documents::read(text, TreeBuffers::default()).tree.documents() {
                self.values(document, 0, &mut inner);
            }
            found.extend(inner.into_iter().map(|(line, key)| (values.line() + line.saturating_sub(1), key)));
        }
        for parameter in helm.get("parameters").map(NodeRef::items).unwrap_or_default() {
            if let (Some(name), Some(value)) = (parameter.get("name"), parameter.get("value")) {
                self.pair(name, value, found);
            }
        }
    }

    /// Literal credentials in lines such as `key = "value"` and `KEY=value`. In Terraform and Python only a quoted text is a
    /// literal, and in Terraform a variable's default stands under the variable's name.
    fn in_lines(&self, text: &str, quoted_only: bool) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        let mut variable = "";
        for (index, row) in text.lines().enumerate() {
            let row = head(row);
            // Most rows end here, the cheapest way.
            let assigns = memchr(b'=', row.as_bytes()).is_some() || !quoted_only && row.contains(": ");
            if !assigns && !row.trim_start().starts_with("variable ") {
                continue;
            }
            let row = row.trim();
            if row.starts_with('#') || row.starts_with("//") {
                continue;
            }
            if let Some(rest) = row.strip_prefix("variable ") {
                variable = rest.trim_end_matches('{').trim().trim_matches('"');
                continue;
            }
            let colon = if quoted_only { None } else { row.find(": ") };
            let Some(at) = row.find('=').into_iter().chain(colon).min() else { continue };
            let key = row[..at].trim().trim_start_matches("- ").trim_start_matches("export ");
            let key = key.trim().trim_matches(['"', '\'']);
            let value = row[at + 1..].trim().trim_end_matches(',').trim();
            let quoted = value.strip_prefix('"').or_else(|| value.strip_prefix('\''));
            let value = match quoted {
                Some(rest) => rest.split(['"', '\'']).next().unwrap_or(""),
                None if quoted_only => continue,
                None => value.split(" #").next().unwrap_or("").trim_end_matches(['"', '\'']),
            };
            let key = if key == "default" { variable } else { key };
            let named = !key.is_empty() && !key.contains([' ', '(', '{', '$']) && self.credentials.is_key(key);
            if named && value.len() > 2 && !matches!(value, "true" | "false") && self.credentials.is_literal(value) {
                found.push((u32::try_from(index + 1).unwrap_or(0), key.to_owned()));
            }
        }
        found
    }

    /// Literal credentials under `env` lists anywhere in an object.
    fn env(&self, node: NodeRef<'_>, depth: usize, found: &mut Vec<(u32, String)>) {
        if depth > MAX_DEPTH {
            return;
        }
        if node.is_map() {
            for (key, value) in node.members() {
                if key.is_text(ENV) {
                    for item in value.items() {
                        if let (Some(name), Some(value)) = (item.get("name"), item.get("value")) {
                            self.pair(name, value, found);
                        }
                    }
                } else {
                    self.env(value, depth + 1, found);
                }
            }
        } else {
            node.items().for_each(|item| self.env(item, depth + 1, found));
        }
    }

    /// Literal credentials anywhere in values.
    fn in_values(&self, node: NodeRef<'_>) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        self.values(node, 0, &mut found);
        found
    }

    fn values(&self, node: NodeRef<'_>, depth: usize, found: &mut Vec<(u32, String)>) {
        if depth > MAX_DEPTH {
            return;
        }
        if node.is_map() {
            for (key, value) in node.members() {
                let named = key.text().unwrap_or("");
                if value.text().is_some() {
                    self.pair(key, value, found);
                } else if !self.credentials.holds_references(named) {
                    self.values(value, depth + 1, found);
                }
            }
        }
        for item in node.items() {
            match (item.get("name"), item.get("value")) {
                (Some(name), Some(value)) => self.pair(name, value, found),
                _ => self.values(item, depth + 1, found),
            }
        }
    }

    fn pair(&self, key: NodeRef<'_>, value: NodeRef<'_>, found: &mut Vec<(u32, String)>) {
        // A configuration file as a text: only quoted values are surely literals there.
        if let Some(text) = value.text()
            && text.contains('\n')
        {
            let inner = self.in_lines(text, true).into_iter();
            found.extend(inner.map(|(line, key)| (value.line() + line.saturating_sub(1), key)));
            return;
        }
        if let (Some(name), Some(text)) = (key.text(), value.text())
            && self.credentials.is_key(name)
            && value.bool().is_none()
            // `AWS_SECRET_ACCESS_KEY: AWS_SECRET_ACCESS_KEY` names a key of a Secret.
            && !(name == text && name.contains('_'))
            && self.credentials.is_literal(text)
        {
            found.push((value.line(), name.to_owned()));
        }
    }
}

/// Base64 to text; none where it is not base64 or not text.
fn decode(text: &str) -> Option<String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let compact: String = text.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(compact).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        formats::documents::{objects, read},
        rules::{format::CredentialMatch, regex::PatternCache},
        scan::matchers::testing::{found, rules},
    };

    fn find(text: &str) -> Vec<String> {
        let rule = CredentialMatch {
            places: vec!["secret-object".into(), "env".into(), "config-map".into()],
            keys: "(password|token|secret|key)".into(),
            not_under: String::new(),
            placeholders: vec![r"^(op://|\$\{|\{\{|<|ENC\[)".into()],
            also: vec!["(?i)(changeme|example|^UPDATE_)".into()],
        };
        let credentials = Credentials::compile(&rule, &mut PatternCache::default()).unwrap();
        let documents = read(text, TreeBuffers::default());
        let mut all = Vec::new();
        for (object, texts) in
            documents.tree.documents().flat_map(|d| objects(d).into_iter().map(move |o| (o, d.texts())))
        {
            all.extend(Finder::new(&credentials).in_object(&object, &texts).into_iter().map(|(_, key)| key));
        }
        all
    }

    #[test]
    fn finds_literals_and_leaves_references() {
        assert_eq!(find("apiVersion: v1\nkind: Secret\nstringData: {password: hunter2}\n"), ["password"]);
        assert_eq!(find("apiVersion: v1\nkind: Secret\ndata: {password: aHVudGVyMg==}\n"), ["password"]);
        assert!(find("apiVersion: v1\nkind: Secret\nstringData: {password: op://vault/item}\n").is_empty());
        assert!(find("apiVersion: v1\nkind: Secret\nstringData: {url: https://x.y}\n").is_empty());
        assert!(find("apiVersion: v1\nkind: Secret\nstringData: {token: ${TOKEN}}\n").is_empty());
        assert_eq!(find("apiVersion: v1\nkind: Secret\nstringData: {token: '${TOKEN:-hunter2}'}\n"), ["token"]);
        assert!(find("apiVersion: v1\nkind: Secret\nstringData: {token: '${TOKEN:-}'}\n").is_empty());
        assert!(find("apiVersion: v1\nkind: Secret\nstringData: {token: '${TOKEN:-changeme}'}\n").is_empty());
        assert!(find("apiVersion: v1\nkind: Secret\nstringData: {key: UPDATE_AWS_ACCESS_KEY_ID}\n").is_empty());
        assert!(find("apiVersion: v1\nkind: Secret\nsops: {mac: x}\nstringData: {password: y}\n").is_empty());
        let env = "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{env: [{name: DB_PASSWORD, value: pass}]}]}}}\n";
        assert_eq!(find(env), ["DB_PASSWORD"]);
    }

    #[test]
    fn values_assignments_and_private_keys_are_looked_at_where_asked() {
        let credential = |places: &str| {
            rules(&format!("[{{credential: {{places: [{places}], keys: password, placeholders: ['^<']}}}}]"))
        };
        let shown = ["1 password: a literal value (not shown)"];
        assert_eq!(found(&credential("values"), "values.yaml", "password: hunter2\n"), shown);
        assert!(found(&credential("env"), "values.yaml", "password: hunter2\n").is_empty());
        assert_eq!(found(&credential("assignments"), "prod.env", "password=hunter2\n"), shown);
        assert!(found(&credential("assignments"), "prod.env", "password=<secret>\n").is_empty());
        let key = "x\n-----BEGIN RSA PRIVATE KEY-----\nabc\n";
        assert_eq!(found(&credential("private-key"), "id_rsa", key), ["2 private key: a literal value (not shown)"]);
    }
}
