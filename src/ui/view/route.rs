//! Routes of the application, written as fragments of the address.

use crate::share::link;

/// A place in the application that has an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Route {
    /// The first screen.
    #[default]
    Start,
    /// Where the organization stands.
    Overview,
    /// Questions and answers, with the id of the practice that is asked.
    Answer(Option<String>),
    /// All practices, with what is opened: a practice id, or `dimension/<axis id>`.
    Practices(Option<String>),
    /// What was found and what was excluded.
    Evidence,
    /// What exists, and what delivers it.
    Estate,
    /// What comes next.
    Roadmap,
    /// The presentation, with the index of the slide.
    Present(usize),
    /// Links and files.
    Share,
    /// The models: choose, compare, edit, import.
    Models,
    /// Help and about.
    Help,
}

/// What a fragment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A page of the application.
    Place(Place),
    /// A shared assessment: the text of its link, and the page that stands behind it.
    Link(String, Place),
    /// Nothing that is known.
    Nothing,
}

/// A page, and what it is to show of what it has: `practices?state=not-met`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The page.
    pub route: Route,
    /// What follows the `?`; empty for nothing.
    pub query: String,
}

impl Place {
    /// The fragment of the address, without `#`; that of a place in a shared assessment stands behind its link. A link by
    /// itself opens the overview.
    #[must_use]
    pub fn fragment(&self, link: Option<&str>) -> String {
        let mut place = self.route.fragment();
        if !self.query.is_empty() {
            place.push('?');
            place.push_str(&self.query);
        }
        match link {
            Some(link) if self.route == Route::Overview => link.to_owned(),
            Some(link) => format!("{link}/{place}"),
            None => place,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (route, query) = text.split_once('?').unwrap_or((text, ""));
        Some(Self { route: Route::of(route)?, query: query.to_owned() })
    }
}

impl From<Route> for Place {
    fn from(route: Route) -> Self {
        Self { route, query: String::new() }
    }
}

impl Request {
    /// What a fragment asks for. Any that is neither a page nor a link asks for nothing.
    #[must_use]
    pub fn parse(fragment: &str) -> Self {
        if let Some(place) = Place::parse(fragment) {
            return Self::Place(place);
        }
        let Some(found) = link::locate(fragment) else { return Self::Nothing };
        let place = Place::parse(&found.place).unwrap_or_else(|| Route::Overview.into());
        Self::Link(found.text, place)
    }
}

const DIMENSION: &str = "dimension/";

/// The entries of the navigation: route, the key that follows `g`, and the label.
pub const NAVIGATION: [(Route, &str, &str); 9] = [
    (Route::Overview, "o", "Overview"),
    (Route::Answer(None), "a", "Answer"),
    (Route::Practices(None), "p", "Practices"),
    (Route::Evidence, "e", "Evidence"),
    (Route::Estate, "w", "Estate"),
    (Route::Roadmap, "r", "Roadmap"),
    (Route::Present(0), "t", "Present"),
    (Route::Share, "s", "Share"),
    (Route::Models, "m", "Models"),
];

impl Route {
    /// Fragment of the address, without `#`.
    #[must_use]
    pub fn fragment(&self) -> String {
        match self {
            Self::Start => "start".into(),
            Self::Overview => "overview".into(),
            Self::Answer(None) => "answer".into(),
            Self::Answer(Some(id)) => format!("answer/{id}"),
            Self::Practices(None) => "practices".into(),
            Self::Practices(Some(id)) => format!("practices/{id}"),
            Self::Evidence => "evidence".into(),
            Self::Estate => "estate".into(),
            Self::Roadmap => "roadmap".into(),
            Self::Present(0) => "present".into(),
            Self::Present(slide) => format!("present/{}", slide.saturating_add(1)),
            Self::Share => "share".into(),
            Self::Models => "models".into(),
            Self::Help => "help".into(),
        }
    }

    /// The route that a fragment names.
    fn of(fragment: &str) -> Option<Self> {
        let (head, tail) = fragment.split_once('/').unwrap_or((fragment, ""));
        Some(match head {
            "start" => Self::Start,
            "overview" => Self::Overview,
            "answer" => Self::Answer((!tail.is_empty()).then(|| tail.to_owned())),
            "practices" => Self::Practices((!tail.is_empty()).then(|| tail.to_owned())),
            "evidence" => Self::Evidence,
            "estate" => Self::Estate,
            "roadmap" => Self::Roadmap,
            // Slides are counted from 1.
            "present" => Self::Present(tail.parse::<usize>().unwrap_or(1).saturating_sub(1)),
            "share" => Self::Share,
            "models" => Self::Models,
            "help" => Self::Help,
            _ => return None,
        })
    }

    /// The question of a practice.
    #[must_use]
    pub fn question(id: &str) -> Self {
        Self::Answer(Some(id.to_owned()))
    }

    /// A practice, opened beside the list.
    #[must_use]
    pub fn practice(id: &str) -> Self {
        Self::Practices(Some(id.to_owned()))
    }

    /// The practices of one axis (a dimension or a topic).
    #[must_use]
    pub fn dimension(id: &str) -> Self {
        Self::Practices(Some(format!("{DIMENSION}{id}")))
    }

    /// Id of the practice that is opened beside the list.
    #[must_use]
    pub fn open_practice(&self) -> Option<&str> {
        match self {
            Self::Practices(Some(id)) if !id.starts_with(DIMENSION) => Some(id),
            _ => None,
        }
    }

    /// Id of the practice whose question is asked.
    #[must_use]
    pub fn open_question(&self) -> Option<&str> {
        match self {
            Self::Answer(id) => id.as_deref(),
            _ => None,
        }
    }

    /// Id of the axis to which the list of practices is restricted.
    #[must_use]
    pub fn only_dimension(&self) -> Option<&str> {
        match self {
            Self::Practices(Some(id)) => id.strip_prefix(DIMENSION),
            _ => None,
        }
    }

    /// The same page with nothing opened in it.
    #[must_use]
    pub fn page(&self) -> Self {
        match self {
            Self::Practices(_) => Self::Practices(None),
            Self::Answer(_) => Self::Answer(None),
            Self::Present(_) => Self::Present(0),
            other => other.clone(),
        }
    }

    /// Whether two routes are on the same page, whatever is opened in it.
    #[must_use]
    pub fn same_page(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// What the page is called; none for the first screen.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        let named = NAVIGATION.into_iter().find(|(to, ..)| to.same_page(self)).map(|(_, _, name)| name);
        named.or_else(|| (*self == Self::Help).then_some("Help"))
    }

    /// Whether the page can be shown without an open assessment.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        matches!(self, Self::Start | Self::Help | Self::Models)
    }

    /// The fragment as the target of a link.
    #[must_use]
    pub fn href(&self) -> String {
        format!("#{}", self.fragment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_parsed_back_to_their_route() {
        let opened = [
            Route::Start,
            Route::Help,
            Route::question("auto-sync"),
            Route::practice("auto-sync"),
            Route::dimension("fleet"),
            Route::Present(4),
        ];
        for route in NAVIGATION.into_iter().map(|(route, _, _)| route).chain(opened) {
            assert_eq!(Request::parse(&route.fragment()), Request::Place(route.into()));
        }
    }

    #[test]
    fn slides_are_counted_from_one() {
        let slide = |fragment: &str| Route::of(fragment).unwrap();
        assert_eq!(Route::Present(2).href(), "#present/3");
        assert_eq!(slide("present/3"), Route::Present(2));
        for first in ["present", "present/", "present/0", "present/1", "present/x", "present/-2"] {
            assert_eq!(slide(first), Route::Present(0), "{first}");
        }
    }

    #[test]
    fn a_place_has_a_query_and_stands_behind_a_link() {
        let place = Place { route: Route::practice("auto-sync"), query: "state=not-met".into() };
        assert_eq!(Request::parse("practices/auto-sync?state=not-met"), Request::Place(place.clone()));
        let link = "v2.AbC.0a1b2c3d";
        let fragment = place.fragment(Some(link));
        assert_eq!(fragment, "v2.AbC.0a1b2c3d/practices/auto-sync?state=not-met");
        assert_eq!(Request::parse(&fragment), Request::Link(link.into(), place));
        for overview in
            [Place::from(Route::Overview).fragment(Some(link)), format!("{link}/no-such-place"), format!("{link}).")]
        {
            assert_eq!(Request::parse(&overview), Request::Link(link.into(), Route::Overview.into()), "{overview}");
        }
    }

    #[test]
    fn an_axis_is_no_practice() {
        let route = Route::dimension("fleet");
        assert_eq!(route.href(), "#practices/dimension/fleet");
        assert_eq!((route.only_dimension(), route.open_practice()), (Some("fleet"), None));
        let route = Route::practice("auto-sync");
        assert_eq!((route.only_dimension(), route.open_practice()), (None, Some("auto-sync")));
    }

    #[test]
    fn a_page_stays_the_same_whatever_is_opened_in_it() {
        assert!(Route::question("a").same_page(&Route::Answer(None)));
        assert!(!Route::question("a").same_page(&Route::practice("a")));
        assert_eq!(Route::question("a").page(), Route::Answer(None));
        assert_eq!(Route::dimension("a").page(), Route::Practices(None));
    }

    #[test]
    fn pages_have_names() {
        assert_eq!(Route::question("a").name(), Some("Answer"));
        assert_eq!((Route::Help.name(), Route::Start.name()), (Some("Help"), None));
    }

    #[test]
    fn links_are_told_apart_from_routes() {
        let link = |text: &str| Request::Link(text.into(), Route::Overview.into());
        assert_eq!(Request::parse("v1.abc"), link("v1.abc"));
        assert_eq!(Request::parse("V12.abc"), link("v12.abc"));
        for other in ["vault", "v.abc", "vx.abc", "main", ""] {
            assert_eq!(Request::parse(other), Request::Nothing, "{other}");
        }
    }

    #[test]
    fn keys_of_the_navigation_are_unique() {
        let mut keys: Vec<&str> = NAVIGATION.iter().map(|(_, key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), NAVIGATION.len());
    }
}
