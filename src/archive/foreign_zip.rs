//! Files that are zips inside and something else for people: documents, programs.

use super::format::{EXPORT, Refusal};

/// A kind of file that is a zip inside: it has all of these parts, each at the beginning of a path or, where it begins with
/// `*`, at the end of one. What it is comes last.
type Kind = (&'static [&'static str], &'static str);

/// Office Open XML (ISO/IEC 29500-2), OpenDocument and EPUB (their `mimetype` stands at the root), Java archives.
const KINDS: [Kind; 9] = [
    (&["[Content_Types].xml", "word/"], "a Word document, not an archive"),
    (&["[Content_Types].xml", "xl/"], "an Excel workbook, not an archive"),
    (&["[Content_Types].xml", "ppt/"], "a PowerPoint presentation, not an archive"),
    (&["[Content_Types].xml", "visio/"], "a Visio drawing, not an archive"),
    (&["[Content_Types].xml", "_rels/.rels"], "an Office document or a package, not an archive of a repository"),
    (&["mimetype", "META-INF/manifest.xml", "content.xml"], "an OpenDocument file, not an archive"),
    (&["mimetype", "META-INF/container.xml"], "an electronic book, not an archive"),
    (&["AndroidManifest.xml", "classes.dex"], "an Android program, not an archive of a repository"),
    (&["META-INF/MANIFEST.MF", "*.class"], "a Java archive, a program that was built, not an archive of a repository"),
];

/// Tells by the paths in a zip whether it is a document or a program; `None` for an ordinary archive.
pub(super) fn recognise<'p>(paths: impl Iterator<Item = &'p str>) -> Option<Refusal> {
    let mut found = [0u8; KINDS.len()];
    for path in paths {
        for (kind, found) in KINDS.iter().zip(&mut found) {
            for (at, part) in kind.0.iter().enumerate() {
                if part.strip_prefix('*').map_or_else(|| is_part(path, part), |end| path.ends_with(end)) {
                    *found |= 1 << at;
                }
            }
        }
    }
    let (_, (_, words)) = found.iter().zip(&KINDS).find(|(found, (parts, _))| **found == (1 << parts.len()) - 1)?;
    Some(Refusal { found: words, advice: EXPORT })
}

fn is_part(path: &str, part: &str) -> bool {
    if part.ends_with('/') { path.starts_with(part) } else { path == part }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> Option<&'static str> {
        recognise(paths.iter().copied()).map(|refusal| refusal.found)
    }

    #[test]
    fn documents_and_programs_are_told() {
        for (paths, word) in [
            (&["[Content_Types].xml", "_rels/.rels", "word/document.xml"][..], "Word"),
            (&["xl/workbook.xml", "[Content_Types].xml"], "Excel"),
            (&["[Content_Types].xml", "_rels/.rels", "a.nuspec"], "package"),
            (&["mimetype", "content.xml", "META-INF/manifest.xml"], "OpenDocument"),
            (&["META-INF/MANIFEST.MF", "com/acme/Main.class"], "Java"),
        ] {
            assert!(found(paths).is_some_and(|found| found.contains(word)), "{paths:?}");
        }
    }

    #[test]
    fn repositories_about_documents_are_repositories() {
        assert_eq!(found(&["shop/[Content_Types].xml", "shop/word/document.xml", "README.md"]), None);
        assert_eq!(found(&["META-INF/MANIFEST.MF", "src/Main.java", "pom.xml"]), None);
        assert_eq!(found(&["word/list.txt", "xl/a"]), None);
        assert_eq!(found(&[]), None);
    }
}
