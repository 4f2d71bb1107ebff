//! Names of repositories as exports, reports and agents write them.

/// Whether two names stand for the same repository: equal, or one with the owner that the other leaves out.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (plain_name(a).to_ascii_lowercase(), plain_name(b).to_ascii_lowercase());
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('/'));
    a == b || ends(&a, &b) || ends(&b, &a)
}

/// `owner/name` of a name or an address, without scheme, user, password and host.
pub(crate) fn plain_name(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let rest = rest.trim_matches('/').trim_end_matches(".git").replace(':', "/").replace("__", "/");
    let named = rest.len() < text.len() || rest.matches('/').count() > 1;
    let rest = match rest.split_once('/') {
        Some((host, path)) if named && host.contains('.') => path.to_owned(),
        _ => rest,
    };
    rest.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/')).take(200).collect()
}
