//! Names that rules capture.

/// A name as its words with dashes around them, in lower case.
pub(crate) fn flat(text: &str) -> String {
    format!("-{}-", text.to_ascii_lowercase().replace(['_', '.', '/'], "-"))
}

/// The words that stand for a canonical name, itself among them.
pub(crate) fn names((name, words): (&String, &Vec<String>)) -> Vec<(String, String)> {
    words.iter().chain(std::iter::once(name)).map(|word| (flat(word), name.clone())).collect()
}
