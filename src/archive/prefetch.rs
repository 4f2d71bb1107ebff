//! Unpacks a gzip stream on a second thread, a few pieces ahead of what reads the files in it: unpacking and scanning then
//! take the time of the slower one. Only where there are threads; in the browser a second worker does this.

use std::{
    io::{self, BufReader, Cursor, Read},
    sync::mpsc::{Receiver, Sender, channel, sync_channel},
};

use super::{
    Sink, Source,
    gzip::Gunzip,
    limits::{ExportError, Meter},
    stream, unpacked,
};

/// Bytes of one piece.
const PIECE: usize = 256 << 10;
/// Pieces that wait at most.
const WAITING: usize = 4;

/// Unpacked bytes, and how many packed ones make them and all before.
type Piece = io::Result<(Vec<u8>, u64)>;

/// Counts the bytes that are read.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        self.count += length as u64;
        Ok(length)
    }
}

/// The pieces as a reader.
struct Pieces<'m, 'l> {
    pieces: Receiver<Piece>,
    used: Sender<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
    taken: u64,
    meter: &'m Meter<'l>,
}

impl Read for Pieces<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() {
            // The other end is gone when all is unpacked.
            let Ok(next) = self.pieces.recv() else { return Ok(0) };
            let (piece, taken) = next?;
            self.meter.took(taken - self.taken);
            self.taken = taken;
            self.at = 0;
            let _ = self.used.send(std::mem::replace(&mut self.piece, piece));
        }
        let length = out.len().min(self.piece.len() - self.at);
        out[..length].copy_from_slice(&self.piece[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// Reads an archive of any kind; one that is packed with gzip is unpacked ahead.
pub(super) fn read(
    name: &str,
    reader: &mut dyn Source,
    meter: &Meter<'_>,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let mut first = vec![0; 64 << 10];
    let mut length = 0;
    while length < 2 {
        match reader.read(&mut first[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(meter.fault(name, &error)),
        }
    }
    first.truncate(length);
    let packed = first.starts_with(&[0x1f, 0x8b]);
    let mut whole = Cursor::new(first).chain(reader);
    if !packed {
        return stream(name, &mut whole, meter, sink, 0);
    }
    let (send, pieces) = sync_channel::<Piece>(WAITING);
    let (used, empty) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let counted = BufReader::with_capacity(64 << 10, Counted { inner: whole, count: 0 });
            let mut inflate = Gunzip::new(counted);
            loop {
                let mut piece: Vec<u8> = empty.try_recv().unwrap_or_default();
                piece.resize(PIECE, 0);
                let mut length = 0;
                let ended = loop {
                    match inflate.read(&mut piece[length..]) {
                        Ok(0) => break Some(None),
                        Ok(more) => length += more,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => break Some(Some(error)),
                    }
                    if length == PIECE {
                        break None;
                    }
                };
                piece.truncate(length);
                // What lies in the buffer is not unpacked yet; the limit on the ratio needs the exact number.
                let packed = inflate.get_ref();
                let taken = packed.get_ref().count - packed.buffer().len() as u64;
                if length > 0 && send.send(Ok((piece, taken))).is_err() {
                    return;
                }
                if let Some(error) = ended {
                    if let Some(error) = error {
                        let _ = send.send(Err(error));
                    }
                    return;
                }
            }
        });
        let mut pieces = Pieces { pieces, used, piece: Vec::new(), at: 0, taken: 0, meter };
        unpacked(name, &mut pieces, meter, sink, 0)
    })
}
