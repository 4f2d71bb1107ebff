//! The browser's database, named after the site's path. Where the browser denies it, memory takes its place until
//! the page is closed, and the page says so.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// The tables of the database.
pub const STORES: [&str; 4] = ["assessments", "facts", "settings", "models"];
/// Version of the database; rises when a table is added.
const VERSION: u32 = 2;

type Handler = Closure<dyn FnMut(web_sys::Event)>;

thread_local! {
    static DATABASE: RefCell<Option<web_sys::IdbDatabase>> = const { RefCell::new(None) };
    static MEMORY: RefCell<BTreeMap<(String, String), String>> = const { RefCell::new(BTreeMap::new()) };
}

fn name() -> String {
    format!("cairn {}", super::dom::path_name().trim_end_matches("index.html"))
}

/// Opens the database. An error means that nothing outlives the page.
pub async fn open() -> Result<(), String> {
    let window = web_sys::window().ok_or("no window")?;
    let factory = window
        .indexed_db()
        .ok()
        .flatten()
        .ok_or("The browser does not let this page store anything (private window or blocked storage).")?;
    let request = factory.open_with_u32(&name(), VERSION).map_err(|e| super::dom::describe_error(&e))?;
    let upgrade = {
        let request = request.clone();
        Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            if let Ok(database) = request.result().map(JsCast::unchecked_into::<web_sys::IdbDatabase>) {
                for store in STORES {
                    if !database.object_store_names().contains(store) {
                        let _ = database.create_object_store(store);
                    }
                }
            }
        })
    };
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let opened = wait(request.unchecked_ref()).await;
    drop(upgrade);
    let database: web_sys::IdbDatabase = opened?.unchecked_into();
    // A newer version of the page in another tab may change the tables; this one then keeps nothing any more.
    let closing = database.clone();
    let changes = Handler::new(move |_| {
        closing.close();
        DATABASE.with(|d| *d.borrow_mut() = None);
    });
    database.set_onversionchange(Some(changes.as_ref().unchecked_ref()));
    changes.forget();
    DATABASE.with(|d| *d.borrow_mut() = Some(database));
    if let Ok(persisted) = window.navigator().storage().persist() {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(persisted).await;
        });
    }
    Ok(())
}

async fn wait(request: &web_sys::IdbRequest) -> Result<JsValue, String> {
    let closures: Rc<RefCell<Vec<Handler>>> = Rc::default();
    let promise = js_sys::Promise::new(&mut |yes, no| {
        let done = request.clone();
        let success = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            let _ = yes.call1(&JsValue::NULL, &done.result().unwrap_or(JsValue::NULL));
        });
        let failed = request.clone();
        let error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            // A request that is only blocked has no error yet, and asking for one throws.
            let why = failed.error().map_or_else(
                |_| "an older Cairn is open in another tab; close it and reload this page.".to_owned(),
                |e| e.map(|e| e.message()).unwrap_or_default(),
            );
            let _ = no.call1(&JsValue::NULL, &JsValue::from_str(&why));
        });
        request.set_onsuccess(Some(success.as_ref().unchecked_ref()));
        request.set_onerror(Some(error.as_ref().unchecked_ref()));
        if let Some(open) = request.dyn_ref::<web_sys::IdbOpenDbRequest>() {
            open.set_onblocked(Some(error.as_ref().unchecked_ref()));
        }
        closures.borrow_mut().extend([success, error]);
    });
    let result = JsFuture::from(promise).await.map_err(|e| super::dom::describe_error(&e));
    request.set_onsuccess(None);
    request.set_onerror(None);
    drop(closures);
    result
}

fn store(table: &str, write: bool) -> Result<Option<web_sys::IdbObjectStore>, String> {
    let Some(database) = DATABASE.with(|d| d.borrow().clone()) else { return Ok(None) };
    let mode = if write { web_sys::IdbTransactionMode::Readwrite } else { web_sys::IdbTransactionMode::Readonly };
    database
        .transaction_with_str_and_mode(table, mode)
        .and_then(|t| t.object_store(table))
        .map(Some)
        .map_err(|e| super::dom::describe_error(&e))
}

/// Puts a value. The write is under way before this function first waits.
pub async fn put(table: &str, key: &str, value: &str) -> Result<(), String> {
    match store(table, true)? {
        Some(store) => {
            let request = store
                .put_with_key(&JsValue::from_str(value), &JsValue::from_str(key))
                .map_err(|e| super::dom::describe_error(&e))?;
            wait(&request).await.map(|_| ())
        }
        None => {
            MEMORY.with(|m| m.borrow_mut().insert((table.to_owned(), key.to_owned()), value.to_owned()));
            Ok(())
        }
    }
}

/// Puts a long value as bytes. A text would be kept twice: as what the page gave, and as what the browser stores.
pub async fn put_bytes(table: &str, key: &str, value: &[u8]) -> Result<(), String> {
    let Some(store) = store(table, true)? else { return put(table, key, &String::from_utf8_lossy(value)).await };
    let bytes = js_sys::Uint8Array::from(value);
    let request = store.put_with_key(&bytes, &JsValue::from_str(key)).map_err(|e| super::dom::describe_error(&e))?;
    super::dom::release(&bytes);
    wait(&request).await.map(|_| ())
}

/// Gets a value that was put as bytes; earlier versions put texts.
pub async fn get_bytes(table: &str, key: &str) -> Result<Option<Vec<u8>>, String> {
    let Some(store) = store(table, false)? else { return Ok(get(table, key).await?.map(String::into_bytes)) };
    let request = store.get(&JsValue::from_str(key)).map_err(|e| super::dom::describe_error(&e))?;
    let value = wait(&request).await?;
    Ok(match value.dyn_ref::<js_sys::Uint8Array>() {
        Some(bytes) => Some(super::dom::into_bytes(bytes)),
        None => value.as_string().map(String::into_bytes),
    })
}

/// Gets a value.
pub async fn get(table: &str, key: &str) -> Result<Option<String>, String> {
    match store(table, false)? {
        Some(store) => {
            let request = store.get(&JsValue::from_str(key)).map_err(|e| super::dom::describe_error(&e))?;
            Ok(wait(&request).await?.as_string())
        }
        None => Ok(MEMORY.with(|m| m.borrow().get(&(table.to_owned(), key.to_owned())).cloned())),
    }
}

/// All values of a table.
pub async fn all(table: &str) -> Result<Vec<String>, String> {
    match store(table, false)? {
        Some(store) => {
            let request = store.get_all().map_err(|e| super::dom::describe_error(&e))?;
            let list: js_sys::Array = wait(&request).await?.unchecked_into();
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
        Some(store) => {
            let request = store.delete(&JsValue::from_str(key)).map_err(|e| super::dom::describe_error(&e))?;
            wait(&request).await.map(|_| ())
        }
        None => {
            MEMORY.with(|m| m.borrow_mut().remove(&(table.to_owned(), key.to_owned())));
            Ok(())
        }
    }
}

/// Removes everything that this site stored on this computer.
pub async fn erase() -> Result<(), String> {
    MEMORY.with(|m| m.borrow_mut().clear());
    for table in STORES {
        if let Some(store) = store(table, true)? {
            let request = store.clear().map_err(|e| super::dom::describe_error(&e))?;
            wait(&request).await?;
        }
    }
    Ok(())
}
