//! The browser's database, named after the site's path. Where the browser denies it, memory takes its place until
//! the page is closed, and the page says so.
//!
//! Several tabs use one database. What is read, changed and written again goes through [`update`], in one transaction.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// The tables of the database.
pub const STORES: [&str; 4] = ["assessments", "facts", "settings", "models"];
/// Version of the database; rises when a table is added.
const VERSION: u32 = 2;

/// What is said while an older Cairn in another tab keeps the database from being opened.
pub const BLOCKED: &str = "An older version of Cairn is open in another tab of this browser. Close that tab, and this page goes on by itself. Nothing is lost.";

type Handler = Closure<dyn FnMut(web_sys::Event)>;
type OnLoss = Box<dyn Fn(Loss)>;

/// Why the page can no longer store anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// A newer version of Cairn was opened in another tab and changes the tables.
    Outdated,
    /// The browser closed the database, as when a person clears the site's data.
    Closed,
}

impl Loss {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Outdated => {
                "A newer version of Cairn is open in another tab, so this tab can store nothing any more. What you gave until now is kept. Reload this page to go on with the newer version."
            }
            Self::Closed => {
                "The browser closed the database of this site, for example because the site's data was cleared. What you see lives in this tab only: save it as a file before you close it."
            }
        }
    }
}

/// Why there is no database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unavailable {
    /// The browser denies it.
    Denied(String),
    /// A newer version of Cairn wrote it.
    Newer,
}

impl Unavailable {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Denied(why) => {
                format!("{why} Your work lives until you close the page; save it as a file under Share.")
            }
            Self::Newer => "A newer version of Cairn stored work in this browser, and this site runs an older one again. That work is untouched, and opens once the newer version is back. What you do until then lives in this tab only; save it as a file under Share.".to_owned(),
        }
    }
}

thread_local! {
    static DATABASE: RefCell<Option<web_sys::IdbDatabase>> = const { RefCell::new(None) };
    static LOSS: Cell<Option<Loss>> = const { Cell::new(None) };
    static ON_LOSS: RefCell<Option<OnLoss>> = const { RefCell::new(None) };
    static MEMORY: RefCell<BTreeMap<(String, String), String>> = const { RefCell::new(BTreeMap::new()) };
}

/// Name of the database, and of what else the browser keeps for this path.
pub(super) fn name() -> String {
    format!("cairn {}", super::dom::path_name().trim_end_matches("index.html"))
}

/// Calls back when the page can no longer store anything.
pub fn on_loss(f: impl Fn(Loss) + 'static) {
    ON_LOSS.with(|o| *o.borrow_mut() = Some(Box::new(f)));
}

/// Why the page can no longer store anything; none while it can, or never could.
pub fn loss() -> Option<Loss> {
    LOSS.get()
}

fn lose(loss: Loss) {
    if DATABASE.with(|d| d.borrow_mut().take()).is_some() {
        LOSS.set(Some(loss));
        ON_LOSS.with(|o| o.borrow().iter().for_each(|f| f(loss)));
    }
}

/// Opens the database. While an older Cairn in another tab keeps it from being changed, `on_blocked` is called, and the
/// opening goes on once that tab is closed.
///
/// # Errors
/// Why nothing outlives the page.
pub async fn open(on_blocked: impl Fn() + 'static) -> Result<(), Unavailable> {
    let denied = |e: JsValue| Unavailable::Denied(super::dom::describe_error(&e));
    let window = web_sys::window().ok_or(JsValue::UNDEFINED).map_err(denied)?;
    let factory = window.indexed_db().ok().flatten().ok_or_else(|| {
        Unavailable::Denied(
            "The browser does not let this page store anything (private window or blocked storage).".to_owned(),
        )
    })?;
    let request = factory.open_with_u32(&name(), VERSION).map_err(denied)?;
    let upgrade = {
        let request = request.clone();
        Handler::new(move |_| {
            if let Ok(database) = request.result().map(JsCast::unchecked_into::<web_sys::IdbDatabase>) {
                for store in STORES {
                    if !database.object_store_names().contains(store) {
                        let _ = database.create_object_store(store);
                    }
                }
            }
        })
    };
    let blocked = Handler::new(move |_| on_blocked());
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    request.set_onblocked(Some(blocked.as_ref().unchecked_ref()));
    let opened = wait(request.unchecked_ref()).await;
    drop((upgrade, blocked));
    let database: web_sys::IdbDatabase = match opened {
        Ok(database) => database.unchecked_into(),
        Err(error) if error.name() == "VersionError" => return Err(Unavailable::Newer),
        Err(error) => return Err(Unavailable::Denied(error.message())),
    };
    let closing = database.clone();
    let changes = Handler::new(move |_| {
        lose(Loss::Outdated);
        closing.close();
    });
    let closed = Handler::new(|_| lose(Loss::Closed));
    database.set_onversionchange(Some(changes.as_ref().unchecked_ref()));
    database.set_onclose(Some(closed.as_ref().unchecked_ref()));
    changes.forget();
    closed.forget();
    DATABASE.with(|d| *d.borrow_mut() = Some(database));
    if let Ok(persisted) = window.navigator().storage().persist() {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(persisted).await;
        });
    }
    Ok(())
}

/// Waits for a request.
async fn wait(request: &web_sys::IdbRequest) -> Result<JsValue, web_sys::DomException> {
    let mut handlers: Vec<Handler> = Vec::new();
    let promise = js_sys::Promise::new(&mut |yes, no| {
        let done = Handler::new(move |_| drop(yes.call0(&JsValue::NULL)));
        let failed = Handler::new(move |_| drop(no.call0(&JsValue::NULL)));
        request.set_onsuccess(Some(done.as_ref().unchecked_ref()));
        request.set_onerror(Some(failed.as_ref().unchecked_ref()));
        handlers.extend([done, failed]);
    });
    let outcome = JsFuture::from(promise).await;
    request.set_onsuccess(None);
    request.set_onerror(None);
    drop(handlers);
    match (outcome, request.error()) {
        (Ok(_), _) => Ok(request.result().unwrap_or(JsValue::UNDEFINED)),
        (Err(_), Ok(Some(error))) => Err(error),
        (Err(_), _) => Err(unknown_error()),
    }
}

fn unknown_error() -> web_sys::DomException {
    web_sys::DomException::new_with_message("the browser gave no reason").unwrap_or_else(|error| error.unchecked_into())
}

/// Waits until a transaction is over: only then is written what its requests wrote.
async fn finished(transaction: &web_sys::IdbTransaction) -> Result<(), String> {
    let mut handlers: Vec<Handler> = Vec::new();
    let promise = js_sys::Promise::new(&mut |yes, no| {
        let done = Handler::new(move |_| drop(yes.call0(&JsValue::NULL)));
        let aborted = Handler::new(move |_| drop(no.call0(&JsValue::NULL)));
        transaction.set_oncomplete(Some(done.as_ref().unchecked_ref()));
        transaction.set_onabort(Some(aborted.as_ref().unchecked_ref()));
        handlers.extend([done, aborted]);
    });
    let outcome = JsFuture::from(promise).await;
    transaction.set_oncomplete(None);
    transaction.set_onabort(None);
    drop(handlers);
    outcome.map(|_| ()).map_err(|_| match transaction.error() {
        Some(error) if error.name() == "QuotaExceededError" => "the space for this site is used up".to_owned(),
        Some(error) if !error.message().is_empty() => error.message(),
        _ => "the browser gave no reason".to_owned(),
    })
}

/// Begins a transaction; none where memory takes the place of the database.
fn begin(tables: &[&str], write: bool) -> Result<Option<web_sys::IdbTransaction>, String> {
    let Some(database) = DATABASE.with(|d| d.borrow().clone()) else {
        return LOSS.get().map_or(Ok(None), |loss| Err(loss.words().to_owned()));
    };
    let mode = if write { web_sys::IdbTransactionMode::Readwrite } else { web_sys::IdbTransactionMode::Readonly };
    let tables: js_sys::Array = tables.iter().map(|table| JsValue::from_str(table)).collect();
    database.transaction_with_str_sequence_and_mode(&tables, mode).map(Some).map_err(|e| super::dom::describe_error(&e))
}

type Store = (web_sys::IdbTransaction, web_sys::IdbObjectStore);

fn store(table: &str, write: bool) -> Result<Option<Store>, String> {
    let Some(transaction) = begin(&[table], write)? else { return Ok(None) };
    let store = transaction.object_store(table).map_err(|e| super::dom::describe_error(&e))?;
    Ok(Some((transaction, store)))
}

fn memory_key(table: &str, key: &str) -> (String, String) {
    (table.to_owned(), key.to_owned())
}

async fn put_value(store: Store, key: &str, value: &JsValue) -> Result<(), String> {
    let (transaction, store) = store;
    store.put_with_key(value, &JsValue::from_str(key)).map_err(|e| super::dom::describe_error(&e))?;
    finished(&transaction).await
}

/// Puts a value. The write is under way before this function first waits.
pub async fn put(table: &str, key: &str, value: &str) -> Result<(), String> {
    match store(table, true)? {
        Some(store) => put_value(store, key, &JsValue::from_str(value)).await,
        None => {
            MEMORY.with(|m| m.borrow_mut().insert(memory_key(table, key), value.to_owned()));
            Ok(())
        }
    }
}

/// What [`update`] asks: it gets the value that stands there, and gives the one to write; none to leave it.
pub type Decide = Box<dyn FnOnce(Option<String>) -> Option<String>>;

/// Reads a value and writes what `decide` makes of it, in one transaction: no other tab gets in between.
pub async fn update(table: &str, key: &str, decide: Decide) -> Result<(), String> {
    let Some((transaction, store)) = store(table, true)? else {
        let before = MEMORY.with(|m| m.borrow().get(&memory_key(table, key)).cloned());
        if let Some(value) = decide(before) {
            MEMORY.with(|m| m.borrow_mut().insert(memory_key(table, key), value));
        }
        return Ok(());
    };
    let key = JsValue::from_str(key);
    let read = store.get(&key).map_err(|e| super::dom::describe_error(&e))?;
    let decided = {
        let (read, mut decide) = (read.clone(), Some(decide));
        Handler::new(move |_| {
            let before = read.result().ok().and_then(|value| value.as_string());
            if let Some(value) = decide.take().and_then(|decide| decide(before)) {
                // Where it fails, the transaction is aborted and says why.
                let _ = store.put_with_key(&JsValue::from_str(&value), &key);
            }
        })
    };
    read.set_onsuccess(Some(decided.as_ref().unchecked_ref()));
    let outcome = finished(&transaction).await;
    drop(decided);
    outcome
}

/// Puts a long value as bytes. A text would be kept twice: as what the page gave, and as what the browser stores.
pub async fn put_bytes(table: &str, key: &str, value: &[u8]) -> Result<(), String> {
    let Some((transaction, store)) = store(table, true)? else {
        return put(table, key, &String::from_utf8_lossy(value)).await;
    };
    let bytes = js_sys::Uint8Array::from(value);
    store.put_with_key(&bytes, &JsValue::from_str(key)).map_err(|e| super::dom::describe_error(&e))?;
    super::dom::release(&bytes);
    finished(&transaction).await
}

async fn get_value(store: web_sys::IdbObjectStore, key: &str) -> Result<JsValue, String> {
    let request = store.get(&JsValue::from_str(key)).map_err(|e| super::dom::describe_error(&e))?;
    wait(&request).await.map_err(|e| e.message())
}

/// Gets a value that was put as bytes; earlier versions put texts.
pub async fn get_bytes(table: &str, key: &str) -> Result<Option<Vec<u8>>, String> {
    let Some((_, store)) = store(table, false)? else { return Ok(get(table, key).await?.map(String::into_bytes)) };
    let value = get_value(store, key).await?;
    Ok(match value.dyn_ref::<js_sys::Uint8Array>() {
        Some(bytes) => Some(super::dom::into_bytes(bytes)),
        None => value.as_string().map(String::into_bytes),
    })
}

/// Gets a value.
pub async fn get(table: &str, key: &str) -> Result<Option<String>, String> {
    match store(table, false)? {
        Some((_, store)) => Ok(get_value(store, key).await?.as_string()),
        None => Ok(MEMORY.with(|m| m.borrow().get(&memory_key(table, key)).cloned())),
    }
}

/// All values of a table.
pub async fn all(table: &str) -> Result<Vec<String>, String> {
    match store(table, false)? {
        Some((_, store)) => {
            let request = store.get_all().map_err(|e| super::dom::describe_error(&e))?;
            let list: js_sys::Array = wait(&request).await.map_err(|e| e.message())?.unchecked_into();
            Ok(list.iter().filter_map(|v| v.as_string()).collect())
        }
        None => {
            Ok(MEMORY.with(|m| m.borrow().iter().filter(|((t, _), _)| t == table).map(|(_, v)| v.clone()).collect()))
        }
    }
}

/// Removes a value.
pub async fn delete(table: &str, key: &str) -> Result<(), String> {
    match store(table, true)? {
        Some((transaction, store)) => {
            store.delete(&JsValue::from_str(key)).map_err(|e| super::dom::describe_error(&e))?;
            finished(&transaction).await
        }
        None => {
            MEMORY.with(|m| m.borrow_mut().remove(&memory_key(table, key)));
            Ok(())
        }
    }
}

/// Removes everything that this site stored on this computer.
pub async fn erase() -> Result<(), String> {
    MEMORY.with(|m| m.borrow_mut().clear());
    for (key, _) in unsaved() {
        forget_unsaved(&key);
    }
    keep_draft(None);
    let Some(transaction) = begin(&STORES, true)? else { return Ok(()) };
    for table in STORES {
        let cleared = transaction.object_store(table).and_then(|store| store.clear());
        cleared.map_err(|e| super::dom::describe_error(&e))?;
    }
    finished(&transaction).await
}

fn local() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn unsaved_prefix() -> String {
    format!("{} unsaved ", name())
}

/// Keeps a text that could not be stored, or not before the page ends: at once, and until [`forget_unsaved`].
pub fn keep_unsaved(key: &str, text: &str) {
    if let Some(local) = local() {
        let _ = local.set_item(&format!("{}{key}", unsaved_prefix()), text);
    }
}

/// Forgets what [`keep_unsaved`] kept.
pub fn forget_unsaved(key: &str) {
    if let Some(local) = local() {
        let _ = local.remove_item(&format!("{}{key}", unsaved_prefix()));
    }
}

fn draft_key() -> String {
    format!("{} draft", name())
}

/// Keeps the text that is edited under Models; none forgets it.
pub fn keep_draft(text: Option<&str>) {
    if let Some(local) = local() {
        let _ = match text {
            Some(text) => local.set_item(&draft_key(), text),
            None => local.remove_item(&draft_key()),
        };
    }
}

/// What [`keep_draft`] kept.
pub fn kept_draft() -> Option<String> {
    local()?.get_item(&draft_key()).ok().flatten()
}

/// All that [`keep_unsaved`] kept, with its keys.
pub fn unsaved() -> Vec<(String, String)> {
    let Some(local) = local() else { return Vec::new() };
    let prefix = unsaved_prefix();
    let keys = (0..local.length().unwrap_or(0)).filter_map(|i| local.key(i).ok().flatten());
    keys.filter_map(|key| {
        let short = key.strip_prefix(&prefix)?.to_owned();
        Some((short, local.get_item(&key).ok().flatten()?))
    })
    .collect()
}
