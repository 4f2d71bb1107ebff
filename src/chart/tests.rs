//! What must hold of whole drawings. `tests/charts.rs` holds some against stored ones.

use super::{
    RadarAxis, RadarSpec, Size, radar,
    text_width::{FIGURE_SEPARATOR, width},
};

const GERMAN: [&str; 8] = [
    "Bereitstellungsgeschwindigkeit und Rückfallverhalten",
    "Geheimnisverwaltung",
    "Umgebungsübergreifende Konfigurationsverwaltung",
    "Sicherheitsüberprüfung der Lieferkette",
    "Beobachtbarkeit",
    "Mandantenfähigkeit & Zugriffsberechtigungen",
    "Plattformentwicklung",
    "Wiederherstellungszeitverkürzungsmaßnahmen",
];

fn sample(count: usize, names: &[&str], size: Size) -> RadarSpec {
    let axes = (0..count)
        .map(|at| RadarAxis {
            id: format!("d{at}"),
            name: names[at % names.len()].to_owned(),
            low: (at % 5 != 4).then_some((at % 4) as f64 * 0.7),
            high: 3.0,
            score: (at % 5 != 4).then_some((at % 4) as f64 * 0.8),
            target: Some(2.5),
            after: Some(2.2),
            level: Some((at % 4) as u8),
            coverage: 0.7,
            href: format!("#practices/d{at}"),
        })
        .collect();
    let rings =
        ["Core", "Enterprise", "Scale"].iter().enumerate().map(|(at, n)| (at as f64 + 1.0, (*n).to_owned())).collect();
    RadarSpec { title: "A & B".into(), description: "d".into(), axes, rings, max: 3.0, size }
}

/// The box of every text element, read back from the drawing.
fn boxes(svg: &str) -> Vec<(String, String, [f64; 4])> {
    let attribute = |tag: &str, name: &str| -> String {
        tag.split(&format!(" {name}=\"")).nth(1).and_then(|t| t.split('"').next()).unwrap_or("").to_owned()
    };
    svg.split("<text")
        .skip(1)
        .map(|part| {
            let (tag, rest) = part.split_once('>').unwrap();
            let text = rest.split("</text>").next().unwrap();
            let text = text.replace(" <tspan class=\"figure\">", &FIGURE_SEPARATOR.to_string());
            let text = text.replace("<tspan class=\"figure\">", "").replace("</tspan>", "");
            let text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&quot;", "\"").replace("&#39;", "'");
            let number = |name: &str| attribute(tag, name).parse::<f64>().unwrap();
            let (x, y, size) = (number("x"), number("y"), number("font-size"));
            let wide = width(&text, size);
            let left = match attribute(tag, "text-anchor").as_str() {
                "start" => x,
                "middle" => x - wide / 2.0,
                _ => x - wide,
            };
            (attribute(tag, "class"), text, [left, y - 0.8 * size, left + wide, y + 0.2 * size])
        })
        .collect()
}

fn view(svg: &str) -> (f64, f64) {
    let view = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split('"').next().unwrap();
    let (w, h) = view.split_once(' ').unwrap();
    (w.parse().unwrap(), h.parse().unwrap())
}

fn check(svg: &str, what: &str) {
    let (wide, high) = view(svg);
    let all = boxes(svg);
    for (at, (class, text, a)) in all.iter().enumerate() {
        assert!(
            a[0] >= -0.2 && a[1] >= -0.2 && a[2] <= wide + 0.2 && a[3] <= high + 0.2,
            "{what}: {text} leaves: {a:?} of {wide} x {high}"
        );
        for (other_class, other, b) in all.iter().skip(at + 1) {
            if class == other_class || !class.contains("ring") && !other_class.contains("ring") {
                let clear = a[2] <= b[0] + 0.3 || b[2] <= a[0] + 0.3 || a[3] <= b[1] + 0.3 || b[3] <= a[1] + 0.3;
                assert!(clear, "{what}: {text} {a:?} meets {other} {b:?}");
            }
        }
    }
}

#[test]
fn labels_fit_and_never_overlap() {
    let short = ["Pull", "Git", "Drift"];
    let monster = [
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz und noch sehr viel mehr davon, bis es wirklich nicht mehr geht",
    ];
    for size in [Size::Normal, Size::Narrow, Size::Projected] {
        for count in 0..=45 {
            for names in [&GERMAN[..], &short[..], &monster[..]] {
                check(&radar(&sample(count, names, size)), &format!("{count} {size:?} {}", names[0]));
            }
        }
    }
}

#[test]
fn long_labels_stand_in_full() {
    for (count, size) in
        [(8, Size::Normal), (9, Size::Normal), (24, Size::Normal), (9, Size::Projected), (24, Size::Narrow)]
    {
        let svg = radar(&sample(count, &GERMAN, size));
        assert!(!svg.contains('…'), "{count} {size:?}");
    }
}

#[test]
fn every_axis_is_a_named_link() {
    for size in [Size::Normal, Size::Narrow, Size::Projected] {
        for count in [1, 2, 3, 9, 24] {
            let svg = radar(&sample(count, &GERMAN, size));
            assert_eq!(svg.matches("<a ").count(), count);
            assert_eq!(svg.matches("<a ").count(), svg.matches("</a>").count());
            assert_eq!(svg.matches("<title>").count(), count);
            assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count());
        }
    }
    let svg = radar(&sample(3, &["Pull"], Size::Normal));
    assert!(svg.contains("<title>Pull: 0.8 / 3.0 (0.7–3.0), 70 %</title>"));
    assert!(svg.contains("role=\"group\"") && svg.contains(">A &amp; B</title>"));
    assert!(!svg.contains("role=\"img\""));
}

#[test]
fn parts_carry_their_classes() {
    let svg = radar(&sample(9, &GERMAN, Size::Normal));
    for class in [
        "radar-low",
        "radar-high",
        "radar-target",
        "radar-after",
        "hatch",
        "radar-spoke unknown",
        "radar-dot unknown",
        "radar-dot level-2",
    ] {
        assert!(svg.contains(&format!("class=\"{class}\"")), "{class}");
    }
    assert!(!svg.contains("rgb(") && !svg.contains("style=") && !svg.contains("stroke=\""));
    assert!(svg.contains(">1 Core<") && svg.contains(">3 Scale<"));
    assert_eq!(svg, radar(&sample(9, &GERMAN, Size::Normal)));
    let mut plain = sample(5, &GERMAN, Size::Normal);
    plain.axes.iter_mut().for_each(|axis| (axis.target, axis.after) = (None, None));
    let svg = radar(&plain);
    assert!(!svg.contains("radar-target") && !svg.contains("radar-after"));
}

#[test]
fn odd_numbers_are_survived() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -3.0, 1e300] {
        for count in [0, 1, 4] {
            let mut spec = sample(count, &["", "<b>\"'"], Size::Normal);
            spec.max = bad;
            spec.rings.push((bad, "x".into()));
            for axis in &mut spec.axes {
                (axis.low, axis.high, axis.score) = (Some(bad), bad, Some(bad));
                (axis.target, axis.after, axis.coverage) = (Some(bad), Some(bad), bad);
            }
            let svg = radar(&spec);
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
            assert!(!svg.contains("=\"NaN") && !svg.contains("=\"inf") && !svg.contains("<b>"));
        }
    }
    assert!(radar(&RadarSpec::default()).ends_with("</svg>"));
}
