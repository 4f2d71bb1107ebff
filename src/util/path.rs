//! Paths inside a repository: parts joined by `/`, without a slash at either end.

/// The folder of a path; empty for the root.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What stands behind the last dot of a file's name; empty where there is none.
pub(crate) fn extension(path: &str) -> &str {
    file_name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The path of the file that a template makes, where its name says that it is one: `values.yaml` of `values.yaml.gotmpl`.
pub(crate) fn template_target(path: &str) -> Option<&str> {
    path.strip_suffix(".gotmpl").filter(|target| !extension(target).is_empty())
}

/// A path from a folder, without `.` and `..`; none where it leaves the repository or is an address.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    if path.contains("://") || path.starts_with("git@") || path.contains("?ref=") {
        return None;
    }
    if let Some(last) = path.as_bytes().last()
        && !matches!(last, b'.' | b'/')
        && !path.starts_with('/')
        && !path.contains("./")
        && !path.contains("//")
    {
        // Most are plain.
        return Some(if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") });
    }
    let start = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = start.split('/').filter(|p| !p.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_named_like_what_they_make() {
        assert_eq!(template_target("a/values.yaml.gotmpl"), Some("a/values.yaml"));
        assert_eq!(template_target("a/values.gotmpl"), None);
        assert_eq!(template_target("a/values.yaml"), None);
    }
}
