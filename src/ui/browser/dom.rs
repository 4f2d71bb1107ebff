//! The document, the address and the clock.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

fn document() -> Option<web_sys::Document> {
    window().and_then(|w| w.document())
}

fn root() -> Option<web_sys::HtmlElement> {
    document().and_then(|d| d.document_element()).and_then(|e| e.dyn_into().ok())
}

/// Runs a future before anything is mounted.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(work);
}

/// Sets the word that tests and tools read from `document.documentElement.dataset.cairn`.
pub fn set_state(state: &str) {
    if let Some(root) = root() {
        let _ = root.dataset().set("cairn", state);
    }
}

/// Sets the theme; `auto` follows the system.
pub fn set_theme(theme: &str) {
    if let Some(root) = root() {
        let _ = root.dataset().set("theme", theme);
    }
}

/// Marks the document while it is presented.
pub fn set_presenting(on: bool) {
    if let Some(root) = root() {
        let _ = root.dataset().set("presenting", if on { "yes" } else { "no" });
    }
}

/// Sets the title of the window.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Where the application is mounted: `#app` where the page has one, else the body.
pub fn mount_point() -> Option<web_sys::HtmlElement> {
    let document = document()?;
    document.get_element_by_id("app").and_then(|e| e.dyn_into().ok()).or_else(|| document.body())
}

/// The same, emptied of the landing page.
pub fn empty_mount_point() -> Option<web_sys::HtmlElement> {
    let mount = mount_point()?;
    mount.set_text_content(None);
    Some(mount)
}

/// Removes the static shell that stands in the document until the application is there.
pub fn remove_shell() {
    if let Some(shell) = document().and_then(|d| d.get_element_by_id("shell")) {
        shell.remove();
    }
}

/// Says in the static shell what is waited for.
pub fn set_waiting(words: &str) {
    let line = document().and_then(|d| d.query_selector("#shell .waiting").ok().flatten());
    if let Some(line) = line {
        line.set_text_content(Some(words));
    }
}

/// The fragment of the address, without `#`.
pub fn fragment() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Goes to a fragment of the address. The browser's history keeps the way back, unless the page is there already.
pub fn push_fragment(to: &str) {
    if to != fragment()
        && let Some(history) = history()
    {
        let _ = history.push_state_with_url(&JsValue::TRUE, "", Some(&format!("#{to}")));
    }
}

/// Puts a fragment in place of the one in the address: the history gets no entry.
pub fn replace_fragment(fragment: &str) {
    if let Some(history) = history() {
        let _ = history.replace_state_with_url(&JsValue::TRUE, "", Some(&format!("#{fragment}")));
    }
}

/// Whether the entry of the history at hand is one that the page has made or seen, rather than one that a click on a link
/// or a person in the address bar has made just now.
pub fn is_known_entry() -> bool {
    history().and_then(|h| h.state().ok()).is_some_and(|state| !state.is_null())
}

fn history() -> Option<web_sys::History> {
    window().and_then(|w| w.history().ok())
}

/// Address of the page without its fragment.
pub fn address() -> String {
    window()
        .and_then(|w| w.location().href().ok())
        .map(|h| h.split('#').next().unwrap_or_default().to_owned())
        .unwrap_or_default()
}

/// Path of the page; storage is named after it.
pub fn path_name() -> String {
    window().and_then(|w| w.location().pathname().ok()).unwrap_or_default()
}

/// The address of a file of this site, which may lie below any path.
pub fn resolve(path: &str) -> String {
    document()
        .and_then(|d| d.base_uri().ok().flatten())
        .and_then(|base| web_sys::Url::new_with_base(path, &base).ok())
        .map_or_else(|| path.to_owned(), |url| url.href())
}

/// What the page may do with an address that a person gives it.
pub enum Reach {
    /// Load it: the page's own origin, or one that `connect-src` allows.
    Here(String),
    /// Only a tab of its own may open it.
    Elsewhere(String),
    /// It is no web address.
    Nowhere,
}

/// Tells whether the policy of the page lets it load an address.
pub fn reach(address: &str) -> Reach {
    let Some(url) = web_sys::Url::new_with_base(address, &resolve("")).ok() else { return Reach::Nowhere };
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return Reach::Nowhere;
    }
    let own = window().and_then(|w| w.location().origin().ok()).is_some_and(|o| o == url.origin());
    let policy = document()
        .and_then(|d| d.query_selector("meta[http-equiv=Content-Security-Policy]").ok().flatten())
        .and_then(|m| m.get_attribute("content"))
        .unwrap_or_default();
    let listed = policy
        .split(';')
        .filter_map(|part| part.trim().strip_prefix("connect-src "))
        .any(|list| list.split_whitespace().any(|origin| origin.trim_end_matches('/') == url.origin()));
    if own || listed { Reach::Here(url.href()) } else { Reach::Elsewhere(url.href()) }
}

/// Puts the cursor of a text area on a line, from 1, and shows it; `mark` selects the line.
pub fn cursor_on_line(id: &str, line: u32, mark: bool) {
    let area = document().and_then(|d| d.get_element_by_id(id));
    let Some(area) = area.and_then(|e| e.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) else { return };
    let text = area.value();
    let before = line.max(1) as usize - 1;
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(0);
    let start: u32 = text.split_inclusive('\n').take(before).map(units).sum();
    let length = text.split('\n').nth(before).filter(|_| mark).map_or(0, units);
    let _ = area.focus();
    let _ = area.set_selection_range(start, start + length);
    let lines = i32::try_from(text.split('\n').count()).unwrap_or(1).max(1);
    let height = area.scroll_height() / lines;
    area.set_scroll_top(height * (i32::try_from(before).unwrap_or(0) - 4).max(0));
}

/// Calls back whenever the fragment changes.
pub fn on_fragment_change(mut f: impl FnMut(String) + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| f(fragment()));
    if let Some(window) = window() {
        let _ = window.add_event_listener_with_callback("hashchange", closure.as_ref().unchecked_ref());
    }
    closure.forget();
}

/// Calls back when the page may end: it is hidden, left or closed.
pub fn on_leave(f: impl Fn() + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        if event.type_() == "pagehide" || is_hidden() {
            f();
        }
    });
    let handler = closure.as_ref().unchecked_ref();
    if let (Some(window), Some(document)) = (window(), document()) {
        let _ = window.add_event_listener_with_callback("pagehide", handler);
        let _ = document.add_event_listener_with_callback("visibilitychange", handler);
    }
    closure.forget();
}

/// Calls back when a person comes back to the page.
pub fn on_return(f: impl Fn() + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
        if !is_hidden() {
            f();
        }
    });
    let handler = closure.as_ref().unchecked_ref();
    if let (Some(window), Some(document)) = (window(), document()) {
        // A page that was left and comes back from the browser's cache heard nothing meanwhile.
        let _ = window.add_event_listener_with_callback("pageshow", handler);
        let _ = document.add_event_listener_with_callback("visibilitychange", handler);
    }
    closure.forget();
}

fn is_hidden() -> bool {
    document().is_some_and(|d| d.hidden())
}

/// Says to `boot.js` whether what a person gives is stored.
pub fn set_stored(on: bool) {
    if let Some(root) = root() {
        let _ = root.dataset().set("stored", if on { "yes" } else { "no" });
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Date and time of so many milliseconds since 1970, by the computer's clock and to the minute.
pub fn local_time(milliseconds: u64) -> String {
    #[allow(clippy::cast_precision_loss)]
    let at = js_sys::Date::new(&JsValue::from_f64(milliseconds as f64));
    format!("{} {:02}:{:02}", date_of(&at), at.get_hours(), at.get_minutes())
}

fn date_of(at: &js_sys::Date) -> String {
    format!("{:04}-{:02}-{:02}", at.get_full_year(), at.get_month() + 1, at.get_date())
}

/// Today as an ISO 8601 date, by the computer's clock and zone.
pub fn today() -> String {
    date_of(&js_sys::Date::new_0())
}

/// Date and time as ISO 8601, by the computer's clock, with its zone.
pub fn now_iso() -> String {
    let now = js_sys::Date::new_0();
    let east = -now.get_timezone_offset();
    let (sign, minutes) = if east < 0.0 { ('-', -east) } else { ('+', east) };
    format!(
        "{}T{:02}:{:02}:{:02}.{:03}{sign}{:02}:{:02}",
        date_of(&now),
        now.get_hours(),
        now.get_minutes(),
        now.get_seconds(),
        now.get_milliseconds(),
        (minutes / 60.0).floor(),
        minutes % 60.0
    )
}

/// Milliseconds since 1970.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// The same as a whole number.
pub fn now_milliseconds() -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    {
        now().max(0.0) as u64
    }
}

/// Milliseconds of work after which the page must answer before it goes on.
pub const SLICE: f64 = 25.0;

/// Milliseconds by a clock that never goes back.
pub fn monotonic() -> f64 {
    web_sys::window().and_then(|w| w.performance()).map_or_else(js_sys::Date::now, |p| p.now())
}

/// How many cores the computer has, as far as the browser tells.
pub fn cores() -> usize {
    web_sys::window().map_or(1, |w| w.navigator().hardware_concurrency() as usize)
}

/// An identifier that is unique on this computer.
pub fn new_id() -> String {
    let random = (js_sys::Math::random() * 1e9).floor();
    format!("a{:.0}-{random:.0}", now())
}

/// The bytes of an array, whose buffer is released.
pub fn into_bytes(array: &js_sys::Uint8Array) -> Vec<u8> {
    let bytes = array.to_vec();
    release(array);
    bytes
}

/// Frees the buffer of an array at once. The browser collects buffers when it sees fit, and meanwhile they pile up; one
/// that is transferred to a port whose other end is closed is gone.
pub fn release(array: &js_sys::Uint8Array) {
    thread_local! {
        /// A port whose other end is closed.
        static NOWHERE: Option<web_sys::MessagePort> = web_sys::MessageChannel::new().ok().map(|channel| {
            channel.port2().close();
            channel.port1()
        });
    }
    NOWHERE.with(|port| {
        if let Some(port) = port {
            let _ = port.post_message_with_transferable(&JsValue::NULL, &js_sys::Array::of1(&array.buffer()));
        }
    });
}

/// Waits for so many milliseconds.
pub async fn sleep(milliseconds: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Moves the focus to an element by id.
pub fn focus(id: &str) {
    let element = document().and_then(|d| d.get_element_by_id(id));
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Moves the focus to an element by id, once the view has been drawn.
pub fn focus_soon(id: &str) {
    let id = id.to_owned();
    wasm_bindgen_futures::spawn_local(async move {
        sleep(0).await;
        focus(&id);
    });
}

/// Shows the page from its top, once the view has been drawn, and moves the focus to an element by id. The browser would
/// scroll what gets the focus into view, and the navigation out of it.
pub fn focus_from_top_soon(id: &str) {
    let id = id.to_owned();
    wasm_bindgen_futures::spawn_local(async move {
        sleep(0).await;
        focus_in_place(&id);
        scroll_to_top();
    });
}

/// Moves the focus to an element by id; nothing is scrolled.
pub fn focus_in_place(id: &str) {
    let Some(element) = document().and_then(|d| d.get_element_by_id(id)) else { return };
    call_with(&element, "focus", &[("preventScroll", JsValue::TRUE)]);
}

/// Shows the page from its top.
pub fn scroll_to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Scrolls an element by id from its own top.
pub fn scroll_from_top(id: &str) {
    if let Some(element) = document().and_then(|d| d.get_element_by_id(id)) {
        element.set_scroll_top(0);
    }
}

/// Scrolls no further than is needed to see an element by id.
pub fn scroll_into_view(id: &str) {
    let Some(element) = document().and_then(|d| d.get_element_by_id(id)) else { return };
    call_with(&element, "scrollIntoView", &[("block", JsValue::from_str("nearest"))]);
}

/// Whether an element by id takes room in the page.
pub fn is_drawn(id: &str) -> bool {
    document().and_then(|d| d.get_element_by_id(id)).is_some_and(|element| element.client_height() > 0)
}

/// Calls a method of an element with an object of options.
fn call_with(element: &web_sys::Element, method: &str, options: &[(&str, JsValue)]) {
    let object = js_sys::Object::new();
    for (name, value) in options {
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), value);
    }
    let method = js_sys::Reflect::get(element, &JsValue::from_str(method)).ok();
    if let Some(method) = method.and_then(|m| m.dyn_into::<js_sys::Function>().ok()) {
        let _ = method.call1(element, &object);
    }
}

/// Shows an option of a select, by its id, as the chosen one.
pub fn choose(id: &str, value: &str) {
    let select = document().and_then(|d| d.get_element_by_id(id));
    if let Some(select) = select.and_then(|e| e.dyn_into::<web_sys::HtmlSelectElement>().ok()) {
        select.set_value(value);
    }
}

/// Whether a key was pressed in a field of one line.
pub fn is_in_input(event: &web_sys::KeyboardEvent) -> bool {
    event.target().is_some_and(|t| t.has_type::<web_sys::HtmlInputElement>())
}

/// Whether the window has room for one narrow column only.
pub fn is_narrow() -> bool {
    window().and_then(|w| w.inner_width().ok()).and_then(|w| w.as_f64()).is_some_and(|w| w < 600.0)
}

/// Keeps the browser from replacing the page by a file that is dropped beside the drop zone.
pub fn prevent_file_drops() {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(|event: web_sys::Event| event.prevent_default());
    if let Some(window) = window() {
        for name in ["dragover", "drop"] {
            let _ = window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        }
    }
    closure.forget();
}

/// Opens the browser's print dialogue.
pub fn print() {
    if let Some(window) = window() {
        let _ = window.print();
    }
}

/// Asks a yes or no question.
pub fn confirm(question: &str) -> bool {
    window().and_then(|w| w.confirm_with_message(question).ok()).unwrap_or(false)
}

/// The resolved values of custom properties, for a file that stands alone.
pub fn resolved_properties<'a>(names: &[&'a str]) -> Vec<(&'a str, String)> {
    let style = window().zip(root()).and_then(|(w, r)| w.get_computed_style(&r).ok().flatten());
    let value = |name: &str| style.as_ref().and_then(|s| s.get_property_value(name).ok());
    names
        .iter()
        .filter_map(|name| value(name).map(|v| (*name, v.trim().to_owned())).filter(|(_, v)| !v.is_empty()))
        .collect()
}

/// What an error of the browser says.
pub fn describe_error(value: &JsValue) -> String {
    value
        .dyn_ref::<js_sys::Error>()
        .map(|e| String::from(e.message()))
        .or_else(|| value.as_string())
        .unwrap_or_else(|| "the browser gave no reason".to_owned())
}
