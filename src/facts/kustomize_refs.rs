//! What kustomizations list, packed: every text stands once.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use super::text_table::{TextInterner, TextTable};
use crate::util::sorted::SortedMap;

/// What each kustomization lists, as written, by its file.
#[derive(Clone, Default, PartialEq)]
pub struct KustomizeRefs {
    texts: TextTable,
    /// Numbers of texts: a file, and what it lists.
    lists: Vec<u32>,
    /// Where in `lists` each file stands.
    files: Vec<u32>,
}

impl KustomizeRefs {
    /// Packs lists.
    #[must_use]
    pub fn pack<'b>(lists: impl IntoIterator<Item = (&'b String, &'b Vec<String>)>) -> Self {
        let mut packing = Packing::default();
        lists.into_iter().for_each(|(file, list)| packing.push(file, list));
        packing.done()
    }

    /// Whether there is no kustomization.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Files with what each lists, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        let ends = self.files.iter().skip(1).copied().chain([u32::try_from(self.lists.len()).unwrap_or(u32::MAX)]);
        self.files.iter().zip(ends).filter_map(|(start, end)| {
            let mut texts = self.lists.get(*start as usize..end as usize)?.iter().map(|n| self.texts.get(*n as usize));
            Some((texts.next()?, texts))
        })
    }
}

#[derive(Default)]
struct Packing {
    gathered: TextInterner,
    builds: KustomizeRefs,
}

impl Packing {
    fn push(&mut self, file: &str, list: &[String]) {
        self.builds.files.push(u32::try_from(self.builds.lists.len()).unwrap_or(u32::MAX));
        for text in std::iter::once(file).chain(list.iter().map(String::as_str)) {
            self.builds.lists.push(self.gathered.number(text) - 1);
        }
    }

    fn done(self) -> KustomizeRefs {
        let KustomizeRefs { mut lists, mut files, .. } = self.builds;
        lists.shrink_to_fit();
        files.shrink_to_fit();
        KustomizeRefs { texts: self.gathered.into_texts(), lists, files }
    }
}

impl fmt::Debug for KustomizeRefs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(file, list)| (file, list.collect::<Vec<_>>()))).finish()
    }
}

impl Serialize for KustomizeRefs {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (file, list) in self.iter() {
            map.serialize_entry(file, &list.collect::<Vec<&str>>())?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for KustomizeRefs {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // By way of a map: files come in order once, however a text has them.
        SortedMap::deserialize(from).map(|builds| Self::pack(&builds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_read_and_write_as_a_map() {
        let json = r#"{"a/kustomization.yaml":["../base","x.yaml"],"b/kustomization.yaml":[],"c/kustomization.yaml":["../base"]}"#;
        let builds: KustomizeRefs = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&builds).unwrap(), json);
        let files: Vec<(&str, usize)> = builds.iter().map(|(file, list)| (file, list.count())).collect();
        assert_eq!(files, [("a/kustomization.yaml", 2), ("b/kustomization.yaml", 0), ("c/kustomization.yaml", 1)]);
        assert!(serde_json::from_str::<KustomizeRefs>("{}").unwrap().is_empty());
    }
}
