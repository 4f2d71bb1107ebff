//! Whole drawings compared with those in `tests/fixtures/charts`, byte for byte: people have them in slides and reports.
//!
//! Where a change is meant, `CAIRN_UPDATE_CHARTS=1 cargo test --test charts` writes the new ones; look at them.
#![allow(clippy::unwrap_used)]

use std::{env, fs, path::Path};

use cairn::chart::{RadarAxis, RadarSpec, Size, radar};

/// Long names, which are wrapped, hyphenated and pushed apart.
const NAMES: [&str; 8] = [
    "Bereitstellungsgeschwindigkeit und Rückfallverhalten",
    "Geheimnisverwaltung",
    "Umgebungsübergreifende Konfigurationsverwaltung",
    "Sicherheitsüberprüfung der Lieferkette",
    "Beobachtbarkeit",
    "Mandantenfähigkeit & Zugriffsberechtigungen",
    "Plattformentwicklung",
    "Wiederherstellungszeitverkürzungsmaßnahmen",
];

fn spec(count: usize, size: Size) -> RadarSpec {
    let axis = |at: usize| {
        let known = |step: f64| (at % 5 != 4).then_some((at % 4) as f64 * step);
        RadarAxis {
            id: format!("d{at}"),
            name: NAMES[at % NAMES.len()].to_owned(),
            low: known(0.7),
            high: 3.0,
            score: known(0.8),
            target: Some(2.5),
            after: Some(2.2),
            level: Some((at % 4) as u8),
            coverage: 0.7,
            href: format!("#practices/d{at}"),
        }
    };
    RadarSpec {
        title: "A & B".into(),
        description: "d".into(),
        axes: (0..count).map(axis).collect(),
        rings: [(1.0, "Core"), (2.0, "Enterprise"), (3.0, "Scale")].map(|(value, name)| (value, name.into())).into(),
        max: 3.0,
        size,
    }
}

/// Compares a drawing with the stored one.
fn check(name: &str, svg: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/charts").join(name);
    if env::var_os("CAIRN_UPDATE_CHARTS").is_some() {
        fs::write(&path, svg).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap();
    assert!(svg == stored, "the drawing is another than {}", path.display());
}

#[test]
fn a_radar_with_labels_around_it() {
    check("normal-8.svg", &radar(&spec(8, Size::Normal)));
    check("projected-5.svg", &radar(&spec(5, Size::Projected)));
}

#[test]
fn a_radar_with_a_key() {
    check("narrow-9.svg", &radar(&spec(9, Size::Narrow)));
}

#[test]
fn bars_for_few_dimensions() {
    check("normal-2.svg", &radar(&spec(2, Size::Normal)));
}
