//! Objects that point at something, compiled: by group and kind, and the fields in which they say at what.

use super::{
    conditions::Check,
    fields::{FieldMap, FieldPath},
    format::{self, ObjectKind, PointingKind},
    object_index::ObjectIndex,
    regex::PatternCache,
};
use crate::yaml::{NodeRef, Problem};

/// What objects are known to point at, and where they say it.
#[derive(Debug, Default)]
pub(crate) struct PointingObjects {
    index: ObjectIndex,
    /// By their numbers in the index: the field below which others stand, and those.
    entries: Vec<(FieldPath, Pointing)>,
}

/// What an object says.
#[derive(Debug, Clone)]
pub(crate) enum Pointing {
    /// What an agent deploys, or where a source is.
    Source(Box<SourceFields>),
    /// Files that it lists, as a kustomization does.
    Files(Vec<FieldPath>),
    /// The owner of its folder.
    Owner(FirstText),
}

/// Fields of which the first with a text counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstText(Vec<FieldPath>);

/// The compiled fields of [`format::SourceFields`], which says what each means.
#[derive(Debug, Clone)]
pub(crate) struct SourceFields {
    pub(crate) checks: Vec<Check>,
    pub(crate) nested: Vec<FieldPath>,
    pub(crate) each: Vec<FieldPath>,
    pub(crate) repo: FirstText,
    pub(crate) path: FirstText,
    pub(crate) paths: Vec<FieldPath>,
    pub(crate) files: Vec<FieldPath>,
    pub(crate) chart: FirstText,
    pub(crate) source: Vec<FieldPath>,
    pub(crate) revision: FirstText,
    pub(crate) cluster: FirstText,
    pub(crate) namespace: FirstText,
}

impl FirstText {
    fn compile(fields: &[String]) -> Result<Self, String> {
        Ok(Self(paths(fields)?))
    }

    /// The text below a node; none where no field has one.
    pub(crate) fn find<'a>(&self, node: NodeRef<'a>) -> Option<&'a str> {
        let texts = self.0.iter().flat_map(|path| path.find(node)).filter_map(NodeRef::text);
        texts.into_iter().find(|text| !text.is_empty())
    }
}

fn paths(fields: &[String]) -> Result<Vec<FieldPath>, String> {
    fields.iter().map(|field| FieldPath::parse(field)).collect()
}

impl SourceFields {
    fn compile(fields: &format::SourceFields, patterns: &mut PatternCache) -> Result<Self, String> {
        if !fields.path.is_empty() && !fields.paths.is_empty() {
            return Err("path is one folder and paths are several; keep one of them".into());
        }
        let literal = FieldMap::default();
        let conditions = fields.conditions.iter();
        Ok(Self {
            checks: conditions.map(|one| Check::compile(one, &literal, patterns)).collect::<Result<_, _>>()?,
            nested: paths(&fields.nested)?,
            each: paths(&fields.each)?,
            repo: FirstText::compile(&fields.repo)?,
            path: FirstText::compile(&fields.path)?,
            paths: paths(&fields.paths)?,
            files: paths(&fields.files)?,
            chart: FirstText::compile(&fields.chart)?,
            source: paths(&fields.source)?,
            revision: FirstText::compile(&fields.revision)?,
            cluster: FirstText::compile(&fields.cluster)?,
            namespace: FirstText::compile(&fields.namespace)?,
        })
    }
}

impl PointingObjects {
    /// Compiles `sources.yaml`; what is wrong with it is added to `problems`.
    pub(crate) fn compile(file: &format::SourceFile, patterns: &mut PatternCache, problems: &mut Vec<Problem>) -> Self {
        let mut known = Self::default();
        let mut wrong = |list: &str, index: usize, message: String| {
            let field = format!("{list}[{index}]");
            problems.push(Problem { file: "sources.yaml".into(), line: 0, field, message });
        };
        for (i, fields) in file.sources.iter().enumerate() {
            let pointing = SourceFields::compile(fields, patterns).map(|fields| Pointing::Source(Box::new(fields)));
            known.add(&fields.objects, pointing).unwrap_or_else(|message| wrong("sources", i, message));
        }
        for (i, fields) in file.lists.iter().enumerate() {
            let pointing = paths(&fields.files).map(Pointing::Files);
            known.add(&fields.objects, pointing).unwrap_or_else(|message| wrong("lists", i, message));
        }
        for (i, fields) in file.owners.iter().enumerate() {
            let pointing = FirstText::compile(&fields.owner).map(Pointing::Owner);
            known.add(&fields.objects, pointing).unwrap_or_else(|message| wrong("owners", i, message));
        }
        known
    }

    fn add(&mut self, objects: &[PointingKind], pointing: Result<Pointing, String>) -> Result<(), String> {
        let pointing = pointing?;
        for object in objects {
            let kind = ObjectKind { group: object.group.clone(), kinds: object.kinds.clone() };
            self.index.add(self.entries.len() as u32, &[kind]);
            self.entries.push((FieldPath::parse(&object.root)?, pointing.clone()));
        }
        Ok(())
    }

    /// What objects of a group and kind say, each with the field below which it stands.
    pub(crate) fn of<'a>(&'a self, group: &'a str, kind: &str) -> impl Iterator<Item = &'a (FieldPath, Pointing)> {
        self.index.matchers(group, kind).map(|entry| &self.entries[entry as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(text: &str) -> (PointingObjects, Vec<String>) {
        let file = crate::yaml::read::<format::SourceFile>(text, "sources.yaml").unwrap().0;
        let mut problems = Vec::new();
        let known = PointingObjects::compile(&file, &mut PatternCache::default(), &mut problems);
        (known, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn objects_are_found_by_group_and_kind() {
        let (known, problems) = compile(
            "schema: cairn-sources/1\nsources:\n  - {objects: [{group: a, kinds: [X]}, {group: b}], repo: [url]}\nowners:\n  - {objects: [{group: a, kinds: [X]}], owner: [o]}\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(known.of("a", "X").count(), 2);
        assert_eq!(known.of("b", "Any").count(), 1);
        assert_eq!(known.of("a", "Y").count(), 0);
    }

    #[test]
    fn what_is_wrong_names_its_entry() {
        let (_, problems) = compile(
            "schema: cairn-sources/1\nsources:\n  - {objects: [{group: a}], path: [p], paths: [q]}\nlists:\n  - {objects: [{group: a, root: a..b}], files: [f]}\n",
        );
        assert_eq!(problems.len(), 2);
        assert!(problems[0].contains("sources[0]") && problems[0].contains("keep one"), "{problems:?}");
        assert!(problems[1].contains("lists[0]") && problems[1].contains("empty member"), "{problems:?}");
    }
}
