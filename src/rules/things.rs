//! Which rules find things that practices are counted over, and where objects say more of them; compiled from
//! `estate.yaml`.

use super::{
    fields::FieldPath,
    format::{self, EstateFile},
};
use crate::{
    facts::ThingKind,
    util::hash::{Map, Set},
    yaml::Problem,
};

/// Things by the rules that find them.
#[derive(Debug, Default)]
pub(crate) struct ThingRules {
    by_rule: Map<u32, ThingFields>,
    foreign: Set<String>,
    nameless: Set<String>,
}

/// What is read of an object that a rule found.
#[derive(Debug)]
pub(crate) struct ThingFields {
    pub(crate) kind: ThingKind,
    pub(crate) labels: Vec<FieldPath>,
    pub(crate) secrets: Vec<FieldPath>,
    pub(crate) calls: Vec<FieldPath>,
    pub(crate) namespaces: Vec<FieldPath>,
    pub(crate) says: Vec<String>,
}

impl ThingFields {
    fn compile(fields: &format::ThingFields) -> Result<Self, String> {
        let paths = |list: &[String]| list.iter().map(|field| FieldPath::parse(field)).collect::<Result<Vec<_>, _>>();
        let compiled = Self {
            kind: fields.is,
            labels: paths(&fields.labels)?,
            secrets: paths(&fields.secrets)?,
            calls: paths(&fields.calls)?,
            namespaces: paths(&fields.namespaces)?,
            says: fields.says.clone(),
        };
        match fields.is {
            ThingKind::Selects if compiled.labels.is_empty() => {
                Err("selects needs labels, the field by which it selects".into())
            }
            ThingKind::Calls if compiled.calls.is_empty() => Err("calls needs calls, the field that names them".into()),
            ThingKind::MakesSecrets if compiled.secrets.is_empty() => {
                Err("makes-secrets needs secrets, the field that names what it makes".into())
            }
            ThingKind::AgentPolicy if compiled.says.is_empty() => {
                Err("agent-policy needs says, what the object does".into())
            }
            _ => Ok(compiled),
        }
    }
}

impl ThingRules {
    /// Compiles `estate.yaml`; what is wrong with it is added to `problems`. `number` gives the place of a rule by its id.
    pub(crate) fn compile(
        file: &EstateFile,
        number: impl Fn(&str) -> Option<usize>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let set = |names: &[String]| names.iter().cloned().collect();
        let mut all = Self {
            by_rule: Map::default(),
            foreign: set(&file.foreign_namespaces),
            nameless: set(&file.nameless_folders),
        };
        for (i, fields) in file.things.iter().enumerate() {
            let result = match number(&fields.rule) {
                Some(rule) => ThingFields::compile(fields).and_then(|compiled| {
                    let before = all.by_rule.insert(rule as u32, compiled);
                    before.map_or(Ok(()), |_| Err(format!("the rule \"{}\" finds a thing already", fields.rule)))
                }),
                None => Err(format!("names the rule \"{}\", which does not exist", fields.rule)),
            };
            if let Err(message) = result {
                problems.push(Problem { file: "estate.yaml".into(), line: 0, field: format!("things[{i}]"), message });
            }
        }
        all
    }

    /// What a rule finds.
    pub(crate) fn of(&self, rule: u32) -> Option<&ThingFields> {
        self.by_rule.get(&rule)
    }

    /// Whether a namespace is that of an agent or an add-on and holds nothing of the organization's own.
    pub(crate) fn is_foreign(&self, namespace: &str) -> bool {
        self.foreign.contains(namespace)
    }

    /// What is built in a folder is named after the folder, or the first above it whose name says something; empty for that
    /// of the repository.
    pub(crate) fn name_of<'a>(&self, folder: &'a str) -> &'a str {
        folder.rsplit('/').find(|part| !self.nameless.contains(*part)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(things: &str) -> (ThingRules, Vec<String>) {
        let text = format!(
            "schema: cairn-estate/1\nforeign-namespaces: [agent]\nnameless-folders: [docker]\nthings: {things}\n"
        );
        let file = crate::yaml::read::<EstateFile>(&text, "estate.yaml").unwrap().0;
        let mut problems = Vec::new();
        let all = ThingRules::compile(&file, |id| ["a", "b"].iter().position(|known| *known == id), &mut problems);
        (all, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn rules_find_things() {
        let (all, problems) = compile("[{rule: b, is: workload, labels: [spec.labels]}]");
        assert!(problems.is_empty(), "{problems:?}");
        assert!(all.of(0).is_none());
        assert!(all.of(1).is_some_and(|fields| fields.kind == ThingKind::Workload && fields.labels.len() == 1));
        assert!(all.is_foreign("agent") && !all.is_foreign("web"));
        assert_eq!(["", "docker", "api/docker", "apps/api"].map(|folder| all.name_of(folder)), ["", "", "api", "api"]);
    }

    #[test]
    fn what_is_wrong_names_its_entry() {
        let (_, problems) = compile(
            "[{rule: x, is: workload}, {rule: a, is: selects}, {rule: b, is: workload}, {rule: b, is: cluster}, {rule: a, is: makes-secrets, secrets: [a..b]}, {rule: a, is: agent-policy}]",
        );
        let wanted = ["does not exist", "selects needs labels", "finds a thing already", "empty member", "needs says"];
        assert_eq!(problems.len(), wanted.len(), "{problems:?}");
        for (problem, words) in problems.iter().zip(wanted) {
            assert!(problem.contains(words) && problem.contains("estate.yaml"), "{problem}");
        }
    }
}
