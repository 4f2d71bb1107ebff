//! Placeholders that an installer fills, such as `<CLUSTER_NAME>`.

use serde::{Deserialize, Serialize};

/// Placeholders that are counted at most.
const MAX_COUNT: usize = 10_000;

/// How full of placeholders a text of configuration is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Placeholders {
    /// Not looked for: the file is no configuration.
    #[default]
    NotApplicable,
    /// There is none.
    None,
    /// There are some.
    Some,
    /// There are two or more, at least one in ten lines: the file is a template.
    Many,
}

/// Looks for placeholders in a text of configuration.
pub(crate) fn find(text: &str) -> Placeholders {
    let opens = memchr::memchr_iter(b'<', text.as_bytes());
    let count = opens.filter(|at| is_placeholder(&text[at + 1..])).take(MAX_COUNT).count();
    match count {
        0 => Placeholders::None,
        1 => Placeholders::Some,
        _ if count * 10 >= text.lines().take(count * 10 + 1).count() => Placeholders::Many,
        _ => Placeholders::Some,
    }
}

/// Whether a text behind `<` is `CLUSTER_NAME>`: capitals with an underscore.
fn is_placeholder(rest: &str) -> bool {
    let Some(end) = rest.bytes().take(60).position(|byte| byte == b'>') else { return false };
    let name = &rest[..end];
    end > 2
        && name.contains('_')
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_counted_by_lines() {
        assert_eq!(find("a: <b>\nc: <Html_Tag>\nd: <_X_>\n"), Placeholders::None);
        assert_eq!(find("a: <CLUSTER_NAME>\n"), Placeholders::Some);
        assert_eq!(find("a: <CLUSTER_NAME>\nb: <GIT_URL>\n"), Placeholders::Many);
        assert_eq!(find(&format!("a: <CLUSTER_NAME>\nb: <GIT_URL>\n{}", "x: 1\n".repeat(30))), Placeholders::Some);
    }
}
