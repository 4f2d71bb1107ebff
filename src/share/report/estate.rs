//! The estate as plain text for a terminal.

use super::table::write_columns;
use crate::{
    estate::{AgentObject, Estate, EstatePlace},
    util::text::one_line,
};

/// Most rows of one table.
const MAX_ROWS: usize = 40;

/// The estate as aligned plain text: counts, then what each is.
#[must_use]
pub fn estate(estate: &Estate, objects: &[AgentObject]) -> String {
    let reached = |places: &[EstatePlace]| places.iter().filter(|place| place.reached).count();
    let mut out = String::new();
    let counts = [
        ("Workloads", estate.workloads.len().to_string()),
        ("Namespaces", estate.namespaces.len().to_string()),
        ("Environments", format!("{}, {} reached", estate.environments.len(), reached(&estate.environments))),
        ("Clusters", format!("{}, {} reached", estate.clusters.len(), reached(&estate.clusters))),
        ("Agent objects", objects.len().to_string()),
        ("Groups", estate.groups.len().to_string()),
    ];
    write_columns(&mut out, &counts.map(|(what, count)| vec![what.to_owned(), count]), &[]);
    places(&mut out, "Environment", &estate.environments);
    places(&mut out, "Cluster", &estate.clusters);
    let namespaces = estate.namespaces.iter().map(|n| {
        let name = if n.name.is_empty() { "(no name)".to_owned() } else { one_line(&n.name) };
        let first = n.places.first().map_or_else(String::new, |p| format!("{}/{}:{}", p.repository, p.path, p.line));
        vec![name, n.rules.join(" "), first]
    });
    rows(&mut out, &["Namespace", "Has", "First place"], namespaces.collect());
    let workloads = estate.workloads.iter().map(|w| {
        let name = if w.name.is_empty() { "(from a template)".to_owned() } else { one_line(&w.name) };
        vec![name, w.namespaces.join(" "), w.rules.join(" "), format!("{}/{}:{}", w.repository, w.path, w.line)]
    });
    rows(&mut out, &["Workload", "Namespace", "Has", "Place"], workloads.collect());
    let objects = objects.iter().map(|o| {
        let deploys = o.deploys.iter().map(|what| one_line(what)).collect::<Vec<_>>().join(", ");
        let where_to = if o.outside { format!("{deploys} (outside)") } else { deploys };
        vec![format!("{} {}", o.kind, one_line(&o.name)), where_to, format!("{}/{}:{}", o.repository, o.path, o.line)]
    });
    rows(&mut out, &["Agent object", "Deploys", "Place"], objects.collect());
    for (copy, first) in &estate.copies {
        out.push_str(&format!("\n{} holds the same as {}, so it counts once.\n", one_line(copy), one_line(first)));
    }
    if !estate.not_looked_for.is_empty() {
        let names = estate.not_looked_for.iter().map(|name| one_line(name)).collect::<Vec<_>>().join(", ");
        out.push_str(&format!("\nScan again for the estate, for these facts are of an earlier version: {names}\n"));
    }
    out
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
