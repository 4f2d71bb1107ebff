//! Files that a person picks or drops, and files of the site itself.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Folders whose contents are passed over before anything in them is read.
pub const PASSED_OVER: [&str; 2] = [".git", "node_modules"];

/// A file, with its path in what was picked.
#[derive(Clone)]
pub struct Picked {
    /// Path inside the folder that was picked, or the name of the file.
    pub name: String,
    /// The file; its contents stay with the browser until the scanner reads them.
    pub file: web_sys::File,
}

/// What a person picked or dropped.
#[derive(Clone, Default)]
pub struct Selection {
    /// Archives, or saved files.
    pub archives: Vec<Picked>,
    /// Loose files of folders.
    pub loose: Vec<Picked>,
    /// Files passed over before reading (`.git`, `node_modules`); folders dropped whole count as one.
    pub passed_over: usize,
}

impl Selection {
    /// True where nothing is left to read.
    pub fn is_empty(&self) -> bool {
        self.archives.is_empty() && self.loose.is_empty()
    }
}

fn passed_over(path: &str) -> bool {
    path.split('/').any(|segment| PASSED_OVER.contains(&segment))
}

/// The files that were picked in a file input. The input is emptied, so that the same file can be picked again.
pub fn picked_files(event: &web_sys::Event) -> Selection {
    let mut selection = Selection::default();
    let Some(input) = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
        return selection;
    };
    if let Some(list) = input.files() {
        for i in 0..list.length() {
            let Some(file) = list.get(i) else { continue };
            let path = relative_path(&file);
            if path.is_empty() {
                selection.archives.push(Picked { name: file.name(), file });
            } else if passed_over(&path) {
                selection.passed_over += 1;
            } else {
                selection.loose.push(Picked { name: path, file });
            }
        }
    }
    input.set_value("");
    selection
}

fn relative_path(file: &web_sys::File) -> String {
    js_sys::Reflect::get(file, &JsValue::from_str("webkitRelativePath"))
        .ok()
        .and_then(|v| v.as_string())
        .unwrap_or_default()
}

/// What was dropped. It has to be read while the event is handled; folders are listed later.
pub struct Dropped {
    entries: Vec<web_sys::FileSystemEntry>,
    files: Vec<web_sys::File>,
}

/// What was dropped. Must be called in the event's handler, for the browser forgets it afterwards.
pub fn dropped_entries(event: &web_sys::DragEvent) -> Dropped {
    event.prevent_default();
    let mut dropped = Dropped { entries: Vec::new(), files: Vec::new() };
    let Some(transfer) = event.data_transfer() else { return dropped };
    let items = transfer.items();
    for i in 0..items.length() {
        let Some(item) = items.get(i) else { continue };
        if item.kind() != "file" {
            continue;
        }
        match item.webkit_get_as_entry() {
            Ok(Some(entry)) if entry.is_directory() => dropped.entries.push(entry),
            _ => {
                if let Ok(Some(file)) = item.get_as_file() {
                    dropped.files.push(file);
                }
            }
        }
    }
    if dropped.entries.is_empty()
        && dropped.files.is_empty()
        && let Some(list) = transfer.files()
    {
        dropped.files.extend((0..list.length()).filter_map(|i| list.get(i)));
    }
    dropped
}

/// Lists dropped folders; `.git` and `node_modules` are never entered.
pub async fn list_dropped(dropped: Dropped) -> Selection {
    let mut selection = Selection::default();
    selection.archives.extend(dropped.files.into_iter().map(|file| Picked { name: file.name(), file }));
    let mut waiting: VecDeque<web_sys::FileSystemEntry> = dropped.entries.into();
    while let Some(entry) = waiting.pop_front() {
        let path = entry.full_path().trim_start_matches('/').to_owned();
        if passed_over(&path) {
            selection.passed_over += 1;
        } else if entry.is_directory() {
            waiting.extend(children(entry.unchecked_into()).await);
        } else if let Some(file) = file_of(entry.unchecked_into()).await {
            selection.loose.push(Picked { name: path, file });
        }
    }
    selection
}

async fn children(folder: web_sys::FileSystemDirectoryEntry) -> Vec<web_sys::FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    // Each call of a reader gives a hundred entries at most.
    loop {
        let reader = &reader;
        let batch = promise(|yes, no| reader.read_entries_with_callback_and_callback(yes, no).is_ok()).await;
        let batch: js_sys::Array = match batch.and_then(|b| b.dyn_into().ok()) {
            Some(batch) => batch,
            None => return all,
        };
        if batch.length() == 0 {
            return all;
        }
        all.extend(batch.iter().map(JsCast::unchecked_into));
    }
}

async fn file_of(entry: web_sys::FileSystemFileEntry) -> Option<web_sys::File> {
    promise(|yes, no| {
        entry.file_with_callback_and_callback(yes, no);
        true
    })
    .await
    .and_then(|f| f.dyn_into().ok())
}

async fn promise(start: impl FnOnce(&js_sys::Function, &js_sys::Function) -> bool) -> Option<JsValue> {
    let start = Rc::new(RefCell::new(Some(start)));
    let promise = js_sys::Promise::new(&mut |yes, no| {
        if let Some(start) = start.borrow_mut().take()
            && !start(&yes, &no)
        {
            let _ = no.call0(&JsValue::NULL);
        }
    });
    JsFuture::from(promise).await.ok()
}

/// The bytes of a picked file.
pub async fn bytes_of(file: &web_sys::File) -> Result<Vec<u8>, String> {
    let read = JsFuture::from(file.array_buffer()).await.map_err(|e| {
        format!("`{}` could not be read: {}. Pick it again.", file.name(), super::dom::describe_error(&e))
    })?;
    Ok(super::dom::into_bytes(&js_sys::Uint8Array::new(&read)))
}

/// Size of a picked file in bytes.
pub fn size_of(file: &web_sys::File) -> f64 {
    file.size()
}

/// Fetches a text of this site.
pub async fn fetch_text(path: &str) -> Result<String, String> {
    let response = fetch(path).await?;
    response.text().await.map_err(|e| format!("`{path}` could not be read: {e}"))
}

/// Fetches a file of this site as if a person had picked it.
pub async fn fetch_file(path: &str, name: &str) -> Result<Picked, String> {
    let response = fetch(path).await?;
    let bytes = response.binary().await.map_err(|e| format!("`{path}` could not be read: {e}"))?;
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    let file = web_sys::File::new_with_u8_array_sequence(&parts, name).map_err(|e| super::dom::describe_error(&e))?;
    Ok(Picked { name: name.to_owned(), file })
}

/// Fetches a text from an address that the page may talk to.
pub async fn fetch_address(url: &str) -> Result<String, String> {
    let failed = |why: String| format!("`{url}` could not be loaded: {why}.");
    let response = gloo_net::http::Request::get(url).send().await.map_err(|e| failed(e.to_string()))?;
    if !response.ok() {
        return Err(failed(format!("status {}", response.status())));
    }
    response.text().await.map_err(|e| failed(e.to_string()))
}

async fn fetch(path: &str) -> Result<gloo_net::http::Response, String> {
    if let Some(response) = super::loader::response(path).await.map(gloo_net::http::Response::from)
        && response.ok()
    {
        return Ok(response);
    }
    let response = gloo_net::http::Request::get(&super::dom::resolve(path)).send().await.map_err(|e| {
        format!("`{path}` could not be loaded from this site: {e}. Check the connection and try again.")
    })?;
    if response.ok() {
        Ok(response)
    } else {
        Err(format!(
            "`{path}` is missing on this site (status {}). Whoever deploys it must copy the whole `dist` folder.",
            response.status()
        ))
    }
}
