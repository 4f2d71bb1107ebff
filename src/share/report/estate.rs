//! The estate as plain text for a terminal.

use super::table::write_columns;
use crate::{
    estate::{Delivery, EstateFile, EstatePlace, Inventory},
    util::text::one_line,
};

/// Most rows of one table.
const MAX_ROWS: usize = 40;

/// All that exists as aligned plain text: counts, then what each is.
#[must_use]
pub fn estate(inventory: &Inventory) -> String {
    let Inventory { estate, repositories, services, agent_objects, pipelines, stacks, owners, gone } = inventory;
    let reached = |places: &[EstatePlace]| places.iter().filter(|place| place.reached).count();
    let delivered = services.iter().filter(|service| !service.delivered_by.is_empty()).count();
    let mut out = String::new();
    let counts = [
        ("Repositories", repositories.len().to_string()),
        ("Services", format!("{}, {delivered} delivered by agents", services.len())),
        ("Workloads", estate.workloads.len().to_string()),
        ("Namespaces", estate.namespaces.len().to_string()),
        ("Environments", format!("{}, {} reached", estate.environments.len(), reached(&estate.environments))),
        ("Clusters", format!("{}, {} reached", estate.clusters.len(), reached(&estate.clusters))),
        ("Agent objects", agent_objects.len().to_string()),
        ("Pipelines", pipelines.len().to_string()),
        ("Stacks", stacks.len().to_string()),
        ("Owners", owners.len().to_string()),
        ("Groups", estate.groups.len().to_string()),
    ];
    write_columns(&mut out, &counts.map(|(what, count)| vec![what.to_owned(), count]), &[]);
    let parts = repositories.iter().map(|repository| {
        let counts = if repository.is_left_out { "left out" } else { repository.role.word() };
        let part = |part: &crate::estate::Part| format!("{}: {}", part.purpose.word(), part.folders.join(" "));
        let unused = |part: &crate::estate::UnusedPart| format!("{} {}", part.files, part.class.words());
        vec![
            one_line(&repository.name),
            counts.to_owned(),
            repository.parts.iter().map(part).collect::<Vec<_>>().join("; "),
            repository.unused.iter().map(unused).collect::<Vec<_>>().join(", "),
        ]
    });
    rows(&mut out, &["Repository", "Role", "Parts", "Does not count"], parts.collect());
    let services = services.iter().map(|service| {
        let how = match service.delivery() {
            Delivery::Agents => format!("by {} of agents' objects", service.delivered_by.len()),
            Delivery::Pipeline => "a pipeline applies it".to_owned(),
            Delivery::Unknown => "no agent delivers it".to_owned(),
            Delivery::ListedOnly => "only listed".to_owned(),
        };
        let first = service.places.first().map_or_else(String::new, file);
        vec![one_line(&service.name), how, service.workloads.to_string(), first]
    });
    rows(&mut out, &["Service", "Delivery", "Workloads", "First place"], services.collect());
    places(&mut out, "Environment", &estate.environments);
    places(&mut out, "Cluster", &estate.clusters);
    let namespaces = estate.namespaces.iter().map(|n| {
        let name = if n.name.is_empty() { "(no name)".to_owned() } else { one_line(&n.name) };
        vec![name, n.rules.join(" "), n.places.first().map_or_else(String::new, file)]
    });
    rows(&mut out, &["Namespace", "Has", "First place"], namespaces.collect());
    let workloads = estate.workloads.iter().map(|w| {
        let name = if w.name.is_empty() { "(from a template)".to_owned() } else { one_line(&w.name) };
        vec![name, w.namespaces.join(" "), w.rules.join(" "), format!("{}/{}:{}", w.repository, w.path, w.line)]
    });
    rows(&mut out, &["Workload", "Namespace", "Has", "Place"], workloads.collect());
    let objects = agent_objects.iter().map(|o| {
        let deploys = o.deploys.iter().map(|what| one_line(what)).collect::<Vec<_>>().join(", ");
        let deploys = if o.outside { format!("{deploys} (outside)") } else { deploys };
        let place = format!("{}/{}:{}", o.repository, o.path, o.line);
        vec![format!("{} {}", o.kind, one_line(&o.name)), deploys, o.clusters.join(" "), o.policy.join(", "), place]
    });
    rows(&mut out, &["Agent object", "Deploys", "Cluster", "Policy", "Place"], objects.collect());
    let pipelines = pipelines.iter().map(|p| vec![file(&p.place), p.does.join(", ")]);
    rows(&mut out, &["Pipeline", "Does"], pipelines.collect());
    let stacks = stacks.iter().map(|s| vec![one_line(&s.name), file(&s.place)]);
    rows(&mut out, &["Stack", "Place"], stacks.collect());
    let owners = owners.iter().map(|o| vec![one_line(&o.name), o.repositories.join(" ")]);
    rows(&mut out, &["Owner", "Of something in"], owners.collect());
    for (copy, first) in &estate.copies {
        out.push_str(&format!("\n{} holds the same as {}, so it counts once.\n", one_line(copy), one_line(first)));
    }
    if !gone.is_empty() {
        let ids = gone.iter().map(|id| one_line(id)).collect::<Vec<_>>().join(", ");
        out.push_str(&format!("\nCorrections of what is no longer there: {ids}\n"));
    }
    if !estate.not_looked_for.is_empty() {
        let names = estate.not_looked_for.iter().map(|name| one_line(name)).collect::<Vec<_>>().join(", ");
        out.push_str(&format!("\nScan again for the estate, for these facts are of an earlier version: {names}\n"));
    }
    out
}

/// A place on one line.
fn file(place: &EstateFile) -> String {
    let at = format!("{}/{}", place.repository, place.path);
    if place.line == 0 { at } else { format!("{at}:{}", place.line) }
}

fn places(out: &mut String, what: &str, places: &[EstatePlace]) {
    let list = places.iter().map(|place| {
        let reached = if place.reached { "an agent deploys to it" } else { "no agent reaches it" };
        let first = place.paths.first().map_or_else(String::new, |(repository, path)| format!("{repository}/{path}"));
        vec![one_line(&place.name), reached.to_owned(), first]
    });
    rows(out, &[what, "Reach", "First place"], list.collect());
}

fn rows(out: &mut String, head: &[&str], list: Vec<Vec<String>>) {
    if list.is_empty() {
        return;
    }
    out.push('\n');
    let more = list.len().saturating_sub(MAX_ROWS);
    let mut all = vec![head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()];
    all.extend(list.into_iter().take(MAX_ROWS));
    write_columns(out, &all, &[]);
    if more > 0 {
        out.push_str(&format!("and {more} more; `--format json` lists all\n"));
    }
}
