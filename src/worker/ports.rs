//! Contents on their way to other workers, and results back, through message ports.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::scan::jobs::{ContentPool, JobBatch, JobResult, ReadJob};

/// Workers at the other ends of ports; each batch goes to the next of them. Results do not come through the pool: the worker
/// hears them when it has ended the scan.
#[derive(Debug)]
pub(super) struct PortPool {
    batch: JobBatch,
    ports: Vec<web_sys::MessagePort>,
    next: usize,
}

impl PortPool {
    /// A pool of the workers at these ports, of which there is at least one.
    pub(super) fn new(ports: Vec<web_sys::MessagePort>) -> Self {
        Self { batch: JobBatch::default(), ports, next: 0 }
    }

    fn send(&mut self) {
        if let Some(port) = self.ports.get(self.next) {
            send(port, self.batch.bytes());
        }
        self.batch.clear();
        self.next = (self.next + 1) % self.ports.len().max(1);
    }
}

impl ContentPool for PortPool {
    fn submit(&mut self, job: &ReadJob<'_>) -> bool {
        self.batch.push(job);
        if self.batch.is_full() {
            self.send();
        }
        true
    }

    fn finish(&mut self) -> (JobBatch, Vec<JobResult>) {
        self.send();
        for port in &self.ports {
            let _ = port.post_message(&JsValue::TRUE);
        }
        Default::default()
    }
}

/// Hands a copy of bytes over.
pub(super) fn send(port: &web_sys::MessagePort, bytes: &[u8]) {
    let bytes = js_sys::Uint8Array::from(bytes);
    let _ = port.post_message_with_transferable(&bytes, &js_sys::Array::of1(&bytes.buffer()));
}

/// Calls `on_message` for what comes through a port, until it says that this was the last.
pub(super) fn listen(port: &web_sys::MessagePort, mut on_message: impl FnMut(&JsValue) -> bool + 'static) {
    let closing = port.clone();
    let handler = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        if on_message(&event.data()) {
            closing.close();
        }
    });
    port.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
}

/// The bytes of a message; none where it is something else.
pub(super) fn bytes_of(data: &JsValue) -> Option<Vec<u8>> {
    data.dyn_ref::<js_sys::Uint8Array>().map(js_sys::Uint8Array::to_vec)
}
