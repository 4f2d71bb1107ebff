//! Refinements: matchers that take over what another rule or a subject matches, in all its spellings, and add conditions.
//!
//! They are resolved when rules are loaded. What is scanned with is a plain list of spellings. A worker compiles rules once
//! and its memory never shrinks, so spellings share what they have in common, and only those that are refined are kept.

use std::{rc::Rc, sync::Arc};

use super::{
    captures::Capture,
    conditions::Check,
    fields::{FieldMap, FieldPath},
    format::{Condition, LineMatch, Matcher},
    regex::PatternCache,
    selectors::Scope,
};
use crate::{
    util::hash::{Map, Set},
    yaml::Problem,
};

/// Longest chain of rules that refine one another.
const MAX_CHAIN: usize = 16;
/// Most matchers that all refinements together may make.
const MAX_REFINED: usize = 20_000;

/// A rule or a subject, and what it matches.
#[derive(Debug)]
pub(crate) struct Definition {
    /// The id by which others refine it.
    pub(crate) id: String,
    /// The rule that it defines, by its place among all; none for a subject.
    pub(crate) rule: Option<u32>,
    /// Where it stands: file, line and field.
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) field: String,
    /// Its matchers as they are written.
    pub(crate) any: Vec<Rc<Matcher>>,
}

impl Definition {
    /// A problem with a member of the definition.
    pub(crate) fn problem(&self, member: &str, message: String) -> Problem {
        let field = format!("{} ({}){member}", self.field, self.id);
        Problem { file: self.file.clone(), line: self.line, field, message }
    }
}

/// One way in which a subject is written, with all that is asked of it.
#[derive(Debug, Clone)]
pub(crate) struct Spelling {
    /// The matcher whose selector counts.
    pub(crate) matcher: Rc<Matcher>,
    /// Its place in the list where it was written or refined.
    pub(crate) place: usize,
    /// What the subject is, from the document inwards.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) capture: Option<Arc<Capture>>,
    /// Globs: the path must match one of each list.
    pub(crate) only: Vec<Vec<String>>,
    /// Globs of which the path must match none.
    pub(crate) except: Vec<String>,
    /// Where fields stand that refinements ask for.
    fields: FieldMap,
}

/// Why a matcher has no spellings.
enum Failure {
    /// It is wrong.
    Wrong { member: &'static str, message: String },
    /// Something else is wrong, and told there: what it refines, or the number of all refinements.
    ToldElsewhere,
}

/// Wrong as a whole.
impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Wrong { member: "", message }
    }
}

fn wrong(member: &'static str, message: String) -> Failure {
    Failure::Wrong { member, message }
}

/// How far a definition is resolved.
#[derive(Clone)]
enum State {
    Waiting,
    Active,
    /// With its spellings, where others refine it and it has no problem.
    Done(Option<Rc<[Spelling]>>),
}

/// Resolves definitions that refine one another.
pub(crate) struct Refiner<'d> {
    definitions: &'d [Definition],
    by_id: Map<&'d str, usize>,
    /// Ids that something refines.
    refined_ids: Set<&'d str>,
    states: Vec<State>,
    /// Definitions that are being resolved, each refined by the one before.
    chain: Vec<usize>,
    /// How many matchers refinements made so far.
    refined: usize,
    problems: Vec<Problem>,
}

impl<'d> Refiner<'d> {
    /// Of several definitions with one id the first counts.
    pub(crate) fn new(definitions: &'d [Definition]) -> Self {
        let mut by_id = Map::default();
        for (index, definition) in definitions.iter().enumerate() {
            by_id.entry(definition.id.as_str()).or_insert(index);
        }
        let refined_ids = definitions.iter().flat_map(|definition| &definition.any).map(|matcher| matcher.of.as_str());
        let states = vec![State::Waiting; definitions.len()];
        let refined_ids = refined_ids.collect();
        Self { definitions, by_id, refined_ids, states, chain: Vec::new(), refined: 0, problems: Vec::new() }
    }

    /// Calls `visit` with each definition and its spellings, in the order of the definitions; gives what is wrong with them. A definition with a problem has no spellings.
    pub(crate) fn resolve_all(
        mut self,
        patterns: &mut PatternCache,
        mut visit: impl FnMut(&Definition, &[Spelling], &mut PatternCache),
    ) -> Vec<Problem> {
        for index in 0..self.definitions.len() {
            if let Some(spellings) = self.resolve(index, patterns) {
                visit(&self.definitions[index], &spellings, patterns);
            }
        }
        self.problems
    }

    /// The spellings of a definition; none where it is wrong.
    fn resolve(&mut self, index: usize, patterns: &mut PatternCache) -> Option<Rc<[Spelling]>> {
        if let State::Done(spellings) = &self.states[index] {
            return spellings.clone();
        }
        self.states[index] = State::Active;
        self.chain.push(index);
        let definition = &self.definitions[index];
        let (mut spellings, mut is_right) = (Vec::new(), true);
        for (place, matcher) in definition.any.iter().enumerate() {
            match self.spellings(matcher, place, patterns) {
                Ok(more) => spellings.extend(more),
                Err(failure) => {
                    is_right = false;
                    if let Failure::Wrong { member, message } = failure {
                        self.problems.push(definition.problem(&format!(".any[{place}]{member}"), message));
                    }
                }
            }
        }
        self.chain.pop();
        let spellings = is_right.then(|| Rc::from(spellings));
        let is_refined = self.refined_ids.contains(definition.id.as_str());
        self.states[index] = State::Done(spellings.clone().filter(|_| is_refined));
        spellings
    }

    /// The spellings of one matcher.
    fn spellings(
        &mut self,
        matcher: &Rc<Matcher>,
        place: usize,
        patterns: &mut PatternCache,
    ) -> Result<Vec<Spelling>, Failure> {
        if matcher.selectors() != 1 {
            let message = "expected exactly one of path, object, file, line, ci, hcl, credential, of";
            return Err(message.to_owned().into());
        }
        if matcher.of.is_empty() {
            return Ok(vec![Spelling::compile(matcher, place, patterns)?]);
        }
        if !matcher.contains.is_empty() {
            return Err("contains stands where the files are named, not beside of".to_owned().into());
        }
        let base = self.base(&matcher.of, patterns)?;
        let mut refined = Vec::new();
        for spelling in base.iter() {
            refined.extend(spelling.refine(matcher, place, patterns)?);
        }
        if refined.is_empty() {
            let message = format!(
                "nothing that \"{}\" matches has the fields that are asked for; paths, lines, steps and credentials have \
                 none: leave where, each and capture out, or name other fields",
                matcher.of
            );
            return Err(message.into());
        }
        if self.refined > MAX_REFINED {
            return Err(Failure::ToldElsewhere);
        }
        self.refined += refined.len();
        if self.refined > MAX_REFINED {
            let message = format!("refinements make more than {MAX_REFINED} matchers; refine fewer rules");
            return Err(wrong(".of", message));
        }
        Ok(refined)
    }

    /// The spellings of what a matcher refines.
    fn base(&mut self, id: &str, patterns: &mut PatternCache) -> Result<Rc<[Spelling]>, Failure> {
        let Some(&index) = self.by_id.get(id) else {
            let message = format!("there is no rule and no subject \"{id}\"; name one that a file of the folder has");
            return Err(wrong(".of", message));
        };
        if matches!(self.states[index], State::Active) {
            let start = self.chain.iter().position(|at| *at == index).unwrap_or(0);
            let ids = self.chain[start..].iter().map(|at| self.definitions[*at].id.as_str()).chain([id]);
            let circle = ids.collect::<Vec<_>>().join(" of ");
            let message = format!("refinements go in a circle ({circle}); one of them must say itself what it matches");
            return Err(wrong(".of", message));
        }
        if self.chain.len() > MAX_CHAIN {
            let message = format!("a chain of more than {MAX_CHAIN} refinements; refine one of the first");
            return Err(wrong(".of", message));
        }
        self.resolve(index, patterns).ok_or(Failure::ToldElsewhere)
    }
}

impl Spelling {
    /// A matcher that says itself what it looks for.
    fn compile(matcher: &Rc<Matcher>, place: usize, patterns: &mut PatternCache) -> Result<Self, String> {
        let is_document = !matcher.object.is_empty() || !matcher.file.is_empty();
        if !is_document && !matcher.each.is_empty() {
            return Err("each goes with object, file or of".into());
        }
        if !is_document && matcher.hcl.is_none() && !(matcher.conditions.is_empty() && matcher.fields.is_empty()) {
            return Err("where and fields go with object, file or hcl, and where with of".into());
        }
        // What stands beside the selector names fields as they are.
        let literal = FieldMap::literal(matcher.hcl.is_some());
        let each = matcher.each.iter().map(|path| FieldPath::parse(path)).collect::<Result<_, _>>()?;
        Ok(Self {
            scopes: vec![Scope { each, checks: checks(&matcher.conditions, &literal, patterns)? }],
            capture: matcher
                .capture
                .as_ref()
                .map(|capture| Capture::compile(capture, &literal).map(Arc::new))
                .transpose()?,
            only: if matcher.only.is_empty() { Vec::new() } else { vec![matcher.only.clone()] },
            except: matcher.except.clone(),
            fields: literal.with(&matcher.fields)?,
            place,
            matcher: Rc::clone(matcher),
        })
    }

    /// The same with what a refinement adds; none where this spelling has no such fields.
    fn refine(&self, matcher: &Matcher, place: usize, patterns: &mut PatternCache) -> Result<Option<Self>, String> {
        let mut refined = Self { place, ..self.clone() };
        if !matcher.only.is_empty() {
            refined.only.push(matcher.only.clone());
        }
        refined.except.extend_from_slice(&matcher.except);
        let is_block = self.matcher.hcl.is_some();
        let is_document = !self.matcher.object.is_empty() || !self.matcher.file.is_empty();
        let captures_field = matcher.capture.as_ref().is_some_and(|capture| !capture.field.is_empty());
        let has_fields = is_document || is_block && matcher.each.is_empty() && !captures_field;
        let needs_fields = captures_field || !matcher.each.is_empty() || !matcher.conditions.is_empty();
        if needs_fields && !has_fields {
            let line = self.matcher.line.as_ref().filter(|_| !captures_field && matcher.each.is_empty());
            let Some(line) = line.map(|line| with_values(line, &matcher.conditions)).transpose()?.flatten() else {
                return Ok(None);
            };
            refined.matcher = Rc::new(Matcher { line: Some(line), ..(*self.matcher).clone() });
            return Ok(Some(refined));
        }
        if !matcher.each.is_empty() {
            let each = matcher.each.iter().map(|path| Ok(self.fields.resolve(&FieldPath::parse(path)?)));
            let each = each.collect::<Result<Vec<_>, String>>()?.concat();
            refined.scopes.push(Scope { each, checks: Vec::new() });
            refined.fields = FieldMap::default();
        }
        let more = checks(&matcher.conditions, &refined.fields, patterns)?;
        if !more.iter().all(|check| check.is_satisfiable()) {
            return Ok(None);
        }
        if let Some(scope) = refined.scopes.last_mut() {
            scope.checks.extend(more);
        }
        if let Some(capture) = &matcher.capture {
            refined.capture = Some(Arc::new(Capture::compile(capture, &refined.fields)?));
        }
        if !matcher.fields.is_empty() {
            refined.fields = refined.fields.with(&matcher.fields)?;
        }
        Ok(Some(refined))
    }
}

/// A matcher of lines with the values asked for in place of `{field}` in its pattern; none where the pattern has no place
/// for one of them.
fn with_values(line: &LineMatch, conditions: &[Condition]) -> Result<Option<LineMatch>, String> {
    let mut pattern = line.pattern.clone();
    for condition in conditions {
        let place = format!("{{{}}}", condition.field);
        let Condition { field: _, is: None, one_of, none_of, matches, any } = condition else { return Ok(None) };
        let is_expression = !matches.is_empty() && one_of.is_empty() && none_of.is_empty() && any.is_empty();
        if !is_expression || !pattern.contains(&place) {
            return Ok(None);
        }
        pattern = pattern.replace(&place, &inside_a_line(matches)?);
    }
    Ok(Some(LineMatch { pattern, ..line.clone() }))
}

/// An expression on a whole value as a part of one on a line; a value there has no white space.
fn inside_a_line(expression: &str) -> Result<String, String> {
    let (mut depth, mut escaped) = (0_usize, false);
    for c in expression.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                return Err(format!("\"{expression}\" is used inside a line; put its alternatives into a group"));
            }
            _ => {}
        }
    }
    let (begin, expression) = expression.strip_prefix('^').map_or((r"\S*", expression), |rest| ("", rest));
    let (end, expression) = expression.strip_suffix('$').map_or((r"\S*", expression), |rest| ("", rest));
    Ok(format!("{begin}{expression}{end}"))
}

fn checks(conditions: &[Condition], fields: &FieldMap, patterns: &mut PatternCache) -> Result<Vec<Arc<Check>>, String> {
    conditions.iter().map(|condition| Check::compile(condition, fields, patterns).map(Arc::new)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Definitions from ids and lists of matchers.
    fn resolve(texts: &[(&str, &str)]) -> (Vec<Vec<Spelling>>, Vec<String>) {
        let definitions: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(i, (id, any))| Definition {
                id: (*id).to_owned(),
                rule: Some(i as u32),
                file: "mine.yaml".into(),
                line: 7,
                field: format!("rules[{i}]"),
                any: crate::yaml::read::<Vec<Matcher>>(any, "any").unwrap().0.into_iter().map(Rc::new).collect(),
            })
            .collect();
        let mut all = vec![Vec::new(); definitions.len()];
        let problems = Refiner::new(&definitions)
            .resolve_all(&mut PatternCache::default(), |definition, spellings, _| {
                all[definition.rule.unwrap() as usize] = spellings.to_vec()
            });
        (all, problems.iter().map(ToString::to_string).collect())
    }

    fn problem(texts: &[(&str, &str)]) -> String {
        let problems = resolve(texts).1;
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].clone()
    }

    const APPLICATION: (&str, &str) = (
        "application",
        "[{object: [{group: argoproj.io, kinds: [Application]}], where: [{field: spec, is: present}]},
          {file: ['values.yaml'], each: ['apps.*'], fields: {spec: ['']}},
          {hcl: {block: resource, label: argocd_application}, fields: {spec.prune: [prune]}}]",
    );

    #[test]
    fn a_refinement_adds_its_conditions_to_every_spelling_that_has_the_field() {
        let refine = |matcher: &str| resolve(&[APPLICATION, ("rule", matcher)]);
        let (all, problems) = refine("[{of: application, where: [{field: spec.prune, is: 'true'}], only: ['a/**']}]");
        assert!(problems.is_empty(), "{problems:?}");
        let counts = |spellings: &[Spelling]| spellings.iter().map(|s| s.scopes[0].checks.len()).collect::<Vec<_>>();
        assert_eq!((counts(&all[0]), counts(&all[1])), (vec![1, 0, 0], vec![2, 1, 1]));
        assert!(all[1].iter().all(|spelling| spelling.only == [["a/**".to_owned()]]));
        let (all, _) = refine("[{of: application, where: [{field: 'spec.parts[].heal', is: 'true'}]}]");
        assert_eq!(all[1].len(), 2, "a block has no lists");
        let (all, _) = refine("[{of: application, where: [{field: 'spec.parts[].heal', is: not-true}]}]");
        assert_eq!(all[1].len(), 3, "what a block cannot have is absent there");
        let (all, _) = refine("[{of: application, each: [spec.sources], where: [{field: path, is: present}]}]");
        assert_eq!(all[1].iter().map(|spelling| spelling.scopes.len()).collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn refinements_are_refined_in_any_order() {
        let (all, problems) = resolve(&[
            ("last", "[{of: middle, where: [{field: spec.c, is: present}], except: [c]}]"),
            ("middle", "[{of: application, where: [{field: spec.b, is: present}], except: [b]}, {path: [x]}]"),
            APPLICATION,
        ]);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(all[0][0].scopes[0].checks.len(), 3);
        assert_eq!(all[0][0].except, ["b", "c"]);
        assert_eq!(all[0].len(), 3, "a path has no fields");
        assert_eq!(all[0][0].place, 0);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_a_cure() {
        let said = problem(&[("rule", "[{path: [x]}, {of: nothing}]")]);
        assert!(
            said.contains("mine.yaml") && said.contains('7') && said.contains("rules[0] (rule).any[1].of"),
            "{said}"
        );
        assert!(said.contains("no rule and no subject \"nothing\"; name one"), "{said}");
        let said = problem(&[("lines", "[{path: [x]}]"), ("rule", "[{of: lines, where: [{field: a, is: present}]}]")]);
        assert!(said.contains("\"lines\"") && said.contains("leave where, each and capture out"), "{said}");
        let said = problem(&[("rule", "[{of: a, path: [x]}]")]);
        assert!(said.contains("exactly one of"), "{said}");
        let said = problem(&[APPLICATION, ("rule", "[{of: application, contains: [a]}]")]);
        assert!(said.contains("not beside of"), "{said}");
    }

    #[test]
    fn a_line_has_a_place_for_values() {
        let base = ("chart", "[{line: {files: [a], contains: [chart], pattern: 'chart: {chart},?$'}}]");
        let refine = |condition: &str| {
            let matcher = format!("[{{of: chart, where: [{condition}]}}]");
            let (all, problems) = resolve(&[base, ("rule", &matcher)]);
            let line = all[1].first().and_then(|spelling| spelling.matcher.line.clone());
            line.map(|line| line.pattern).unwrap_or_else(|| problems.join(""))
        };
        assert_eq!(refine("{field: chart, matches: '^(.*/)?(a|b)$'}"), "chart: (.*/)?(a|b),?$");
        assert_eq!(refine("{field: chart, matches: argo}"), r"chart: \S*argo\S*,?$");
        assert!(refine("{field: chart, matches: '^a$|^b$'}").contains("into a group"));
        assert!(refine("{field: chart, is: present}").contains("leave where"));
        assert!(refine("{field: version, matches: x}").contains("leave where"));
    }

    #[test]
    fn circles_and_long_chains_are_refused_once() {
        let said = problem(&[("a", "[{of: b}]"), ("b", "[{of: c}]"), ("c", "[{of: b}]")]);
        assert!(said.contains("b of c of b") && said.contains("itself what it matches"), "{said}");
        let ids: Vec<String> = (0..20).map(|i| format!("r{i}")).collect();
        let matchers: Vec<String> = (1..=20).map(|i| format!("[{{of: r{i}}}]")).collect();
        let mut chain: Vec<_> = ids.iter().zip(&matchers).map(|(id, any)| (id.as_str(), any.as_str())).collect();
        chain.push(("r20", "[{path: [x]}]"));
        assert!(problem(&chain).contains("more than 16"));
    }

    #[test]
    fn refinements_cannot_multiply_without_end() {
        let pairs: Vec<(String, String)> = (0..16)
            .map(|i| (format!("r{i}"), format!("[{{of: r{}}}, {{of: r{}}}, {{of: r{}}}]", i + 1, i + 1, i + 1)))
            .collect();
        let mut texts: Vec<_> = pairs.iter().map(|(id, any)| (id.as_str(), any.as_str())).collect();
        texts.push(("r16", "[{path: [a]}, {path: [b]}]"));
        assert!(problem(&texts).contains("refine fewer rules"));
    }
}
