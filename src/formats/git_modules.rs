//! `.gitmodules`: which folders of a repository are other repositories (gitmodules(5)).

/// Most submodules that are read.
const MAX: usize = 1_000;

/// The folders of submodules, as far as the file names them.
pub(crate) fn paths(text: &str) -> Vec<String> {
    let mut in_submodule = false;
    let mut paths = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            in_submodule = section.trim_start().to_ascii_lowercase().starts_with("submodule");
        } else if in_submodule
            && paths.len() < MAX
            && let Some((key, value)) = line.split_once('=')
            && key.trim().eq_ignore_ascii_case("path")
        {
            let path = value.split(['#', ';']).next().unwrap_or_default().trim().trim_matches('"').trim_matches('/');
            if !path.is_empty() {
                paths.push(path.to_owned());
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_submodules() {
        let text = "[submodule \"lib\"]\n\tpath = vendor/lib\n\turl = https://example.org/lib.git\n[other]\npath = no\n[ Submodule \"q\"]\r\nPath=\"a b/\" ; why\r\n# path = no\n";
        assert_eq!(paths(text), ["vendor/lib", "a b"]);
        assert!(paths("path = x\n[submodule]\npath =\n").is_empty());
    }
}
