//! Files of the browser as readers: whole, in blocks, or from front to back.

use std::{
    cell::RefCell,
    io::{self, Read},
};

use crate::archive::ReaderAt;

/// Bytes of one read from the browser; every call costs the same, however little it asks for.
const BLOCK: u64 = 1 << 20;
/// Blocks kept for a zip.
const MAX_BLOCKS: usize = 8;

thread_local! {
    /// A port whose other end is closed.
    static CLOSED_PORT: Option<web_sys::MessagePort> = closed_port();
}

fn closed_port() -> Option<web_sys::MessagePort> {
    let channel = web_sys::MessageChannel::new().ok()?;
    channel.port2().close();
    Some(channel.port1())
}

/// Gives the memory of a buffer back at once. The browser collects buffers when it sees fit, and meanwhile they pile up: sent
/// where nobody listens any more, they are gone.
fn release(buffer: &js_sys::ArrayBuffer) {
    CLOSED_PORT.with(|port| {
        if let Some(port) = port {
            let _ = port.post_message_with_transferable(&wasm_bindgen::JsValue::NULL, &js_sys::Array::of1(buffer));
        }
    });
}

pub(super) fn slice(file: &web_sys::File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let fault = |_| io::Error::other("the browser could not read the file; was it moved or changed?");
    let part = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(fault)?;
    let buffer = web_sys::FileReaderSync::new().and_then(|r| r.read_as_array_buffer(&part)).map_err(fault)?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    release(&buffer);
    Ok(bytes)
}

/// A file read in aligned blocks; the last few are kept.
pub(super) struct Blocks<'f> {
    file: &'f web_sys::File,
    pub(super) length: u64,
    kept: RefCell<Vec<(u64, Vec<u8>)>>,
}

impl<'f> Blocks<'f> {
    pub(super) fn new(file: &'f web_sys::File) -> Self {
        Self { file, length: file.size() as u64, kept: RefCell::new(Vec::new()) }
    }
}

impl ReaderAt for Blocks<'_> {
    fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.length || out.is_empty() {
            return Ok(0);
        }
        let number = offset / BLOCK;
        let mut kept = self.kept.borrow_mut();
        if let Some(at) = kept.iter().position(|(n, _)| *n == number) {
            let block = kept.remove(at);
            kept.push(block);
        } else {
            let start = number * BLOCK;
            let bytes = slice(self.file, start, (start + BLOCK).min(self.length))?;
            if kept.len() >= MAX_BLOCKS {
                kept.remove(0);
            }
            kept.push((number, bytes));
        }
        let Some((_, bytes)) = kept.last() else { return Ok(0) };
        let inside = (offset - number * BLOCK) as usize;
        let ready = bytes.get(inside..).unwrap_or_default();
        let length = ready.len().min(out.len());
        out[..length].copy_from_slice(&ready[..length]);
        Ok(length)
    }
}

/// The same file from front to back.
pub(super) struct Forward<'f> {
    pub(super) blocks: Blocks<'f>,
    pub(super) at: u64,
}

impl Read for Forward<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.blocks.read_at(out, self.at)?;
        self.at += length as u64;
        Ok(length)
    }
}
