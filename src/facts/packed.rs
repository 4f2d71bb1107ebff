//! What points at what, packed: a large organization has tens of thousands of pointers that say the same few texts, and
//! the page holds them all. Texts stand once, in one piece of memory, and pointers are numbers.
//!
//! Facts of earlier versions hold a list of objects; both forms are read.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::{SerializeMap, SerializeSeq, SerializeStruct},
};

/// An object that an agent reads, and what it points at.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Pointer {
    /// File that holds the object.
    pub from: String,
    /// Line of the object, from 1.
    pub line: u32,
    /// Kind of the object.
    pub kind: String,
    /// Name of the object.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Address of the repository it points at, as written; empty where a source names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub repo: String,
    /// Folder or file in that repository, or a glob of folders.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Helm chart.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub chart: String,
    /// The source it names, as `Kind/name`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Branch, tag, version or commit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub revision: String,
    /// Cluster that it deploys to, where it names one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cluster: String,
}

/// Numbers of a pointer, in the order of the fields of [`Pointer`].
const FIELDS: usize = 10;
/// Which of them is the line; the others tell texts.
const LINE: usize = 1;

/// Texts behind each other.
#[derive(Clone, Default, PartialEq)]
struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        // A repository's pointers are bounded in number and length: they stay far below four gigabytes.
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }

    fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |at| *at as usize);
        self.ends.get(index).and_then(|end| self.all.get(start..*end as usize)).unwrap_or("")
    }

    /// Gives back what was set aside for growing.
    fn trim(&mut self) {
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        for index in 0..self.ends.len() {
            list.serialize_element(self.get(index))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of texts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
                let mut texts = Texts::default();
                while let Some(text) = list.next_element::<String>()? {
                    texts.push(&text);
                }
                texts.trim();
                Ok(texts)
            }
        }
        from.deserialize_seq(List)
    }
}

/// Texts with the number of each, while they are gathered.
#[derive(Default)]
struct Gathered {
    texts: Texts,
    known: BTreeMap<String, u32>,
}

impl Gathered {
    /// The number of a text, from 1.
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        self.texts.push(text);
        let number = u32::try_from(self.texts.ends.len()).unwrap_or(u32::MAX);
        self.known.insert(text.to_owned(), number);
        number
    }

    fn into_texts(mut self) -> Texts {
        self.texts.trim();
        self.texts
    }
}

/// What the objects of a repository point at, in order. Two are equal that say the same, however they are packed.
#[derive(Clone, Default)]
pub struct Points {
    texts: Texts,
    rows: Vec<Row>,
}

/// A pointer: 0 is the empty text, and 1 the first of all texts.
#[derive(Clone, Copy)]
struct Row([u32; FIELDS]);

/// A pointer as it is looked at; see [`Pointer`] for what the fields say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Pointing<'a> {
    pub from: &'a str,
    pub line: u32,
    pub kind: &'a str,
    pub name: &'a str,
    pub repo: &'a str,
    pub path: &'a str,
    pub chart: &'a str,
    pub source: &'a str,
    pub revision: &'a str,
    pub cluster: &'a str,
}

impl Points {
    /// Packs pointers.
    #[must_use]
    pub fn pack(pointers: &[Pointer]) -> Self {
        let mut gathered = Gathered::default();
        let mut rows = Vec::with_capacity(pointers.len());
        for p in pointers {
            let mut row = [0; FIELDS];
            let texts = [&p.from, "", &p.kind, &p.name, &p.repo, &p.path, &p.chart, &p.source, &p.revision, &p.cluster];
            for (number, text) in row.iter_mut().zip(texts) {
                if !text.is_empty() {
                    *number = gathered.number(text);
                }
            }
            row[LINE] = p.line;
            rows.push(Row(row));
        }
        Self { texts: gathered.into_texts(), rows }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing points at anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The pointers.
    pub fn iter(&self) -> impl Iterator<Item = Pointing<'_>> {
        self.rows.iter().map(|Row(row)| {
            let text = |field: usize| (row[field] as usize).checked_sub(1).map_or("", |index| self.texts.get(index));
            Pointing {
                from: text(0),
                line: row[LINE],
                kind: text(2),
                name: text(3),
                repo: text(4),
                path: text(5),
                chart: text(6),
                source: text(7),
                revision: text(8),
                cluster: text(9),
            }
        })
    }
}

impl PartialEq for Points {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let end = self.0.iter().rposition(|number| *number != 0).map_or(0, |last| last + 1);
        self.0[..end].serialize(to)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "at most {FIELDS} numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Row, A::Error> {
                let mut row = [0; FIELDS];
                let mut at = 0;
                while let Some(number) = list.next_element()? {
                    *row.get_mut(at).ok_or_else(|| de::Error::invalid_length(at + 1, &self))? = number;
                    at += 1;
                }
                Ok(Row(row))
            }
        }
        from.deserialize_seq(Numbers)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut form = to.serialize_struct("Points", 2)?;
        form.serialize_field("texts", &self.texts)?;
        form.serialize_field("rows", &self.rows)?;
        form.end()
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Points;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("pointers, as texts and rows or as a list of objects")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Points, A::Error> {
                let mut pointers: Vec<Pointer> = Vec::new();
                while let Some(pointer) = list.next_element()? {
                    pointers.push(pointer);
                }
                Ok(Points::pack(&pointers))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Points, A::Error> {
                let mut points = Points::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "texts" => points.texts = map.next_value()?,
                        "rows" => points.rows = map.next_value()?,
                        _ => {
                            map.next_value::<de::IgnoredAny>()?;
                        }
                    }
                }
                points.rows.shrink_to_fit();
                let most = points.texts.ends.len();
                let lost = |row: &Row| (0..FIELDS).any(|field| field != LINE && row.0[field] as usize > most);
                if points.rows.iter().any(lost) {
                    return Err(de::Error::custom("a row of points names a text that is not there"));
                }
                Ok(points)
            }
        }
        from.deserialize_any(Either)
    }
}

/// What each kustomization lists, as written, by its file.
#[derive(Clone, Default, PartialEq)]
pub struct Builds {
    texts: Texts,
    /// Numbers of texts: a file, and what it lists.
    lists: Vec<u32>,
    /// Where in `lists` each file stands.
    files: Vec<u32>,
}

impl Builds {
    /// Packs lists.
    #[must_use]
    pub fn pack(builds: &BTreeMap<String, Vec<String>>) -> Self {
        let mut packing = Packing::default();
        builds.iter().for_each(|(file, list)| packing.push(file, list));
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
    gathered: Gathered,
    builds: Builds,
}

impl Packing {
    fn push(&mut self, file: &str, list: &[String]) {
        self.builds.files.push(u32::try_from(self.builds.lists.len()).unwrap_or(u32::MAX));
        for text in std::iter::once(file).chain(list.iter().map(String::as_str)) {
            self.builds.lists.push(self.gathered.number(text) - 1);
        }
    }

    fn done(self) -> Builds {
        let Builds { mut lists, mut files, .. } = self.builds;
        lists.shrink_to_fit();
        files.shrink_to_fit();
        Builds { texts: self.gathered.into_texts(), lists, files }
    }
}

impl fmt::Debug for Builds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(file, list)| (file, list.collect::<Vec<_>>()))).finish()
    }
}

impl Serialize for Builds {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (file, list) in self.iter() {
            map.serialize_entry(file, &list.collect::<Vec<&str>>())?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Builds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // By way of a map: files come in order once, however a text has them.
        BTreeMap::deserialize(from).map(|builds| Self::pack(&builds))
    }
}

/// The two forms of points, for the schema.
#[cfg(feature = "cli")]
#[derive(schemars::JsonSchema)]
#[schemars(untagged, rename = "Points")]
#[allow(dead_code)]
pub(crate) enum PointsForm {
    /// Every text once, and pointers as numbers.
    Packed {
        /// The texts.
        texts: Vec<String>,
        /// For each pointer the numbers of its `from`, the line itself, and the numbers of `kind`, `name`, `repo`, `path`,
        /// `chart`, `source`, `revision` and `cluster`. The first text has number 1, an absent one 0; zeros at the end are
        /// left out.
        rows: Vec<Vec<u32>>,
    },
    /// As earlier versions wrote them; still read.
    Listed(Vec<Pointer>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers() -> Vec<Pointer> {
        let one = Pointer {
            from: "a/ä.yaml".into(),
            line: 3,
            kind: "Application".into(),
            name: "web".into(),
            repo: "https://example.org/acme/fleet".into(),
            path: "apps/web".into(),
            cluster: "blue".into(),
            ..Pointer::default()
        };
        let two = Pointer { from: "b.yaml".into(), kind: "Bucket".into(), ..Pointer::default() };
        vec![one.clone(), Pointer { line: 9, chart: "loki".into(), ..one }, two]
    }

    fn unpacked(points: &Points) -> Vec<Pointer> {
        let all = points.iter().map(|p| Pointer {
            from: p.from.into(),
            line: p.line,
            kind: p.kind.into(),
            name: p.name.into(),
            repo: p.repo.into(),
            path: p.path.into(),
            chart: p.chart.into(),
            source: p.source.into(),
            revision: p.revision.into(),
            cluster: p.cluster.into(),
        });
        all.collect()
    }

    #[test]
    fn points_come_back_from_packing_and_from_json() {
        let points = Points::pack(&pointers());
        assert_eq!(unpacked(&points), pointers());
        assert_eq!(points.len(), 3);
        let json = serde_json::to_string(&points).unwrap();
        assert_eq!(json.matches("Application").count(), 1, "a text stands once: {json}");
        assert!(json.ends_with(",[8,0,9]]}"), "zeros at the end are left out: {json}");
        assert_eq!(serde_json::from_str::<Points>(&json).unwrap(), points);
    }

    #[test]
    fn points_of_earlier_versions_are_read() {
        let earlier = serde_json::to_string(&pointers()).unwrap();
        assert_eq!(serde_json::from_str::<Points>(&earlier).unwrap(), Points::pack(&pointers()));
        assert!(serde_json::from_str::<Points>("[]").unwrap().is_empty());
    }

    #[test]
    fn points_that_do_not_add_up_are_refused() {
        for json in [
            r#"{"texts":["a"],"rows":[[2,1,1]]}"#,
            r#"{"texts":["a"],"rows":[[1,1,1,1,1,1,1,1,1,1,1]]}"#,
            r#"{"texts":["a"],"rows":[[-1]]}"#,
            r#"{"texts":[1],"rows":[]}"#,
            r#"[{"from":1}]"#,
            "7",
        ] {
            assert!(serde_json::from_str::<Points>(json).is_err(), "{json}");
        }
        let line = serde_json::from_str::<Points>(r#"{"rows":[[1,4000000000]],"texts":["a"],"more":{}}"#).unwrap();
        assert_eq!(line.iter().next().map(|p| (p.from, p.line)), Some(("a", 4_000_000_000)));
    }

    #[test]
    fn builds_read_and_write_as_a_map() {
        let json = r#"{"a/kustomization.yaml":["../base","x.yaml"],"b/kustomization.yaml":[],"c/kustomization.yaml":["../base"]}"#;
        let builds: Builds = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&builds).unwrap(), json);
        let files: Vec<(&str, usize)> = builds.iter().map(|(file, list)| (file, list.count())).collect();
        assert_eq!(files, [("a/kustomization.yaml", 2), ("b/kustomization.yaml", 0), ("c/kustomization.yaml", 1)]);
        assert!(serde_json::from_str::<Builds>("{}").unwrap().is_empty());
    }
}
