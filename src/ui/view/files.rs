//! Files that a person opens, judged by their names.

use crate::archive::format::stem;

/// Name of an assessment where nothing tells a better one.
pub const UNNAMED: &str = "Our organization";

/// Extensions of saved assessments, models, rules and answers.
const TEXT_EXTENSIONS: [&str; 4] = [".json", ".yaml", ".yml", ".csv"];

/// Whether a file is read as text by the page, and not as an export by the scanner.
#[must_use]
pub fn is_text(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TEXT_EXTENSIONS.iter().any(|extension| name.ends_with(extension))
}

/// The organization that a file or folder is named after: exports are called `owner__name`.
#[must_use]
pub fn organization_name(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or_default();
    let stem = stem(first);
    let owner = stem.split("__").next().unwrap_or(stem);
    if owner.is_empty() { UNNAMED } else { owner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_from_exports() {
        assert!(is_text("saved.json") && is_text("Model.YAML") && is_text("answers.csv"));
        assert!(!is_text("export.tar.gz") && !is_text("export.zip") && !is_text("yaml"));
    }

    #[test]
    fn an_export_is_named_after_its_owner() {
        assert_eq!(organization_name("acme__web.tar.gz"), "acme");
        assert_eq!(organization_name("acme/web/main.tf"), "acme");
        assert_eq!(organization_name("web.zip"), "web");
        assert_eq!(organization_name("__web.zip"), UNNAMED);
        assert_eq!(organization_name(""), UNNAMED);
    }
}
