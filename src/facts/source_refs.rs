//! What agents' objects point at, packed: a reference is a row of numbers, and every text stands once.
//!
//! Facts of earlier versions hold a list of objects; both forms are read.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::SerializeStruct,
};

use super::text_table::{TextInterner, TextTable};

/// An object that an agent reads, and what it points at.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SourceRef {
    /// File that holds the object.
    pub from: String,
    /// Line of the object, from 1.
    pub line: u32,
    /// Kind of the object.
    pub kind: String,
    /// Name of the object.
    #[serde(default)]
    pub name: String,
    /// Address of the repository it points at, as written; empty where a source names it.
    #[serde(default)]
    pub repo: String,
    /// Folder or file in that repository, or a glob of folders.
    #[serde(default)]
    pub path: String,
    /// Helm chart.
    #[serde(default)]
    pub chart: String,
    /// The source it names, as `Kind/name`.
    #[serde(default)]
    pub source: String,
    /// Branch, tag, version or commit.
    #[serde(default)]
    pub revision: String,
    /// Cluster that it deploys to, where it names one.
    #[serde(default)]
    pub cluster: String,
    /// Namespace that it deploys to, where it names one.
    #[serde(default)]
    pub namespace: String,
}

/// Numbers of a reference, in the order of the fields of [`SourceRef`].
const FIELDS: usize = 11;
/// Which of them is the line; the others tell texts.
const LINE: usize = 1;

/// What the objects of a repository point at, in order. Two are equal that say the same, however they are packed.
#[derive(Clone, Default)]
pub struct SourceRefs {
    texts: TextTable,
    rows: Vec<Row>,
}

/// A reference: 0 is the empty text, and 1 the first of all texts.
#[derive(Clone, Copy)]
struct Row([u32; FIELDS]);

/// A reference as it is looked at; see [`SourceRef`] for what the fields say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SourceRefView<'a> {
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
    pub namespace: &'a str,
}

impl SourceRefs {
    /// Packs references.
    #[must_use]
    pub fn pack(references: &[SourceRef]) -> Self {
        let mut gathered = TextInterner::default();
        let mut rows = Vec::with_capacity(references.len());
        for p in references {
            let mut row = [0; FIELDS];
            let texts = [
                &p.from,
                "",
                &p.kind,
                &p.name,
                &p.repo,
                &p.path,
                &p.chart,
                &p.source,
                &p.revision,
                &p.cluster,
                &p.namespace,
            ];
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

    /// The references.
    pub fn iter(&self) -> impl Iterator<Item = SourceRefView<'_>> {
        self.rows.iter().map(|Row(row)| {
            let text = |field: usize| (row[field] as usize).checked_sub(1).map_or("", |index| self.texts.get(index));
            SourceRefView {
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
                namespace: text(10),
            }
        })
    }
}

impl PartialEq for SourceRefs {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl fmt::Debug for SourceRefs {
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

impl Serialize for SourceRefs {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut form = to.serialize_struct("Points", 2)?;
        form.serialize_field("texts", &self.texts)?;
        form.serialize_field("rows", &self.rows)?;
        form.end()
    }
}

impl<'de> Deserialize<'de> for SourceRefs {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = SourceRefs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("pointers, as texts and rows or as a list of objects")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<SourceRefs, A::Error> {
                let mut references: Vec<SourceRef> = Vec::new();
                while let Some(reference) = list.next_element()? {
                    references.push(reference);
                }
                Ok(SourceRefs::pack(&references))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SourceRefs, A::Error> {
                let mut refs = SourceRefs::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "texts" => refs.texts = map.next_value()?,
                        "rows" => refs.rows = map.next_value()?,
                        _ => {
                            map.next_value::<de::IgnoredAny>()?;
                        }
                    }
                }
                refs.rows.shrink_to_fit();
                let most = refs.texts.len();
                let lost = |row: &Row| (0..FIELDS).any(|field| field != LINE && row.0[field] as usize > most);
                if refs.rows.iter().any(lost) {
                    return Err(de::Error::custom("a row of points names a text that is not there"));
                }
                Ok(refs)
            }
        }
        from.deserialize_any(Either)
    }
}

/// The two forms of points, for the schema.
#[cfg(feature = "cli")]
#[derive(schemars::JsonSchema)]
#[schemars(untagged, rename = "Points")]
#[allow(dead_code)]
pub(crate) enum SourceRefsForm {
    /// Every text once, and references as numbers.
    Packed {
        /// The texts.
        texts: Vec<String>,
        /// For each reference the numbers of its `from`, the line itself, and the numbers of `kind`, `name`, `repo`, `path`,
        /// `chart`, `source`, `revision` and `cluster`. The first text has number 1, an absent one 0; zeros at the end are
        /// left out.
        rows: Vec<Vec<u32>>,
    },
    /// As earlier versions wrote them; still read.
    Listed(Vec<SourceRef>),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references() -> Vec<SourceRef> {
        let one = SourceRef {
            from: "a/ä.yaml".into(),
            line: 3,
            kind: "Application".into(),
            name: "web".into(),
            repo: "https://example.org/acme/fleet".into(),
            path: "apps/web".into(),
            cluster: "blue".into(),
            namespace: "shop".into(),
            ..SourceRef::default()
        };
        let two = SourceRef { from: "b.yaml".into(), kind: "Bucket".into(), ..SourceRef::default() };
        vec![one.clone(), SourceRef { line: 9, chart: "loki".into(), ..one }, two]
    }

    fn unpacked(points: &SourceRefs) -> Vec<SourceRef> {
        let all = points.iter().map(|p| SourceRef {
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
            namespace: p.namespace.into(),
        });
        all.collect()
    }

    #[test]
    fn references_come_back_from_packing_and_from_json() {
        let packed = SourceRefs::pack(&references());
        assert_eq!(unpacked(&packed), references());
        assert_eq!(packed.len(), 3);
        let json = serde_json::to_string(&packed).unwrap();
        assert_eq!(json.matches("Application").count(), 1, "a text stands once: {json}");
        assert!(json.ends_with(",[9,0,10]]}"), "zeros at the end are left out: {json}");
        assert_eq!(serde_json::from_str::<SourceRefs>(&json).unwrap(), packed);
    }

    #[test]
    fn references_of_earlier_versions_are_read() {
        let earlier = serde_json::to_string(&references()).unwrap();
        assert_eq!(serde_json::from_str::<SourceRefs>(&earlier).unwrap(), SourceRefs::pack(&references()));
        assert!(serde_json::from_str::<SourceRefs>("[]").unwrap().is_empty());
    }

    #[test]
    fn references_that_do_not_add_up_are_refused() {
        for json in [
            r#"{"texts":["a"],"rows":[[2,1,1]]}"#,
            r#"{"texts":["a"],"rows":[[1,1,1,1,1,1,1,1,1,1,1,1]]}"#,
            r#"{"texts":["a"],"rows":[[-1]]}"#,
            r#"{"texts":[1],"rows":[]}"#,
            r#"[{"from":1}]"#,
            "7",
        ] {
            assert!(serde_json::from_str::<SourceRefs>(json).is_err(), "{json}");
        }
        let line = serde_json::from_str::<SourceRefs>(r#"{"rows":[[1,4000000000]],"texts":["a"],"more":{}}"#).unwrap();
        assert_eq!(line.iter().next().map(|p| (p.from, p.line)), Some(("a", 4_000_000_000)));
    }
}
