//! Names of repositories, from the names of folders and archives.

/// `owner__name` as `owner/name`.
pub(super) fn owner_and_name(text: &str) -> Option<String> {
    let (owner, name) = text.split_once("__")?;
    let is_plain = |s: &str| !s.is_empty() && !s.starts_with('_') && !s.ends_with('_');
    (is_plain(owner) && is_plain(name)).then(|| format!("{owner}/{name}"))
}

/// Whether a text is a commit or the beginning of one. One without a digit is taken for a word.
fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        && text.bytes().any(|b| b.is_ascii_digit())
}

fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    text.split('.').count() >= 3 && text.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}

/// The name of a repository from the name of its folder or archive: hosts add the branch, tag or commit to the folder of a download.
///
/// `owner__name` becomes `owner/name`; `name-main`, `name-1.2.3` and `name-0a1b2c3` become `name`.
#[must_use]
pub fn repository_name(folder: &str) -> String {
    let mut name = folder;
    while let Some((head, tail)) = name.rsplit_once('-') {
        let is_added = matches!(tail, "main" | "master" | "HEAD" | "trunk") || is_commit(tail) || is_version(tail);
        if head.is_empty() || !is_added {
            break;
        }
        name = head;
    }
    owner_and_name(name).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hosts_add_is_left_out() {
        for (folder, name) in [
            ("shop", "shop"),
            ("acme__shop", "acme/shop"),
            ("acme__shop-main", "acme/shop"),
            ("shop-main", "shop"),
            ("shop-1.20.3", "shop"),
            ("acme-shop-0a1b2c3", "acme-shop"),
            ("shop-main-0123456789abcdef0123456789abcdef01234567", "shop"),
            ("shop-defaced", "shop-defaced"),
            ("shop-2", "shop-2"),
            ("__init__", "__init__"),
            ("-main", "-main"),
        ] {
            assert_eq!(repository_name(folder), name, "{folder}");
        }
    }
}
