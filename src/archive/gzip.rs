//! Gzip around deflate: flate2 brings it too, but with a checksum that is too large for the worker (see `crc32`).

use std::io::{self, BufRead, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::crc32::Crc;

/// Parts of the header that are there, as bits of its flags.
const HAS_CHECKSUM: u8 = 2;
const HAS_EXTRA: u8 = 4;
const HAS_NAME: u8 = 8;
const HAS_COMMENT: u8 = 16;

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Body,
    Trailer,
}

/// Unpacks a gzip stream of one or several members.
pub(super) struct GzipReader<R> {
    packed: R,
    inflate: Decompress,
    crc: Crc,
    state: State,
    /// A member was read to its end.
    has_member: bool,
}

impl<R: BufRead> GzipReader<R> {
    pub(super) fn new(packed: R) -> Self {
        Self { packed, inflate: Decompress::new(false), crc: Crc::new(), state: State::Header, has_member: false }
    }

    /// What is unpacked.
    #[cfg(not(target_family = "wasm"))]
    pub(super) fn get_ref(&self) -> &R {
        &self.packed
    }

    /// Reads bytes of the header, which may have a checksum of its own.
    fn read_header_bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.packed.read_exact(&mut bytes)?;
        self.crc.update(&bytes);
        Ok(bytes)
    }

    fn read_header(&mut self) -> io::Result<()> {
        self.crc = Crc::new();
        let head: [u8; 10] = self.read_header_bytes()?;
        if !head.starts_with(&[0x1f, 0x8b, 8]) {
            return Err(damaged());
        }
        let flags = head[3];
        if flags & HAS_EXTRA != 0 {
            let length: [u8; 2] = self.read_header_bytes()?;
            for _ in 0..u16::from_le_bytes(length) {
                self.read_header_bytes::<1>()?;
            }
        }
        for text in [HAS_NAME, HAS_COMMENT] {
            while flags & text != 0 && self.read_header_bytes()? != [0] {}
        }
        if flags & HAS_CHECKSUM != 0 {
            let sum = self.crc.sum() as u16;
            if self.read_header_bytes()? != sum.to_le_bytes() {
                return Err(damaged());
            }
        }
        self.crc = Crc::new();
        self.inflate.reset(false);
        Ok(())
    }

    fn read_body(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let input = self.packed.fill_buf()?;
        let (ended, taken, given) = (input.is_empty(), self.inflate.total_in(), self.inflate.total_out());
        let flush = if ended { FlushDecompress::Finish } else { FlushDecompress::None };
        let status = self.inflate.decompress(input, out, flush).map_err(|_| damaged())?;
        let (taken, given) = (self.inflate.total_in() - taken, (self.inflate.total_out() - given) as usize);
        self.packed.consume(taken as usize);
        self.crc.update(&out[..given]);
        if status == Status::StreamEnd {
            self.state = State::Trailer;
        } else if ended && given == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(given)
    }
}

fn damaged() -> io::Error {
    io::ErrorKind::InvalidInput.into()
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::Header => {
                    if self.has_member && self.packed.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    self.read_header()?;
                    self.state = State::Body;
                }
                State::Body => {
                    let given = self.read_body(out)?;
                    if given > 0 {
                        return Ok(given);
                    }
                }
                State::Trailer => {
                    let (sum, length) = (self.crc.sum(), self.inflate.total_out() as u32);
                    let said: [[u8; 4]; 2] = [self.read_header_bytes()?, self.read_header_bytes()?];
                    if said != [sum.to_le_bytes(), length.to_le_bytes()] {
                        return Err(damaged());
                    }
                    (self.state, self.has_member) = (State::Header, true);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};

    use super::*;

    fn pack(text: &[u8]) -> Vec<u8> {
        let builder = GzBuilder::new().filename("a.tar").comment("c").extra(vec![1, 2, 3]);
        let mut writer = builder.write(Vec::new(), Compression::default());
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        GzipReader::new(io::BufReader::with_capacity(7, packed)).read_to_end(&mut out).map(|_| out)
    }

    #[test]
    fn several_members_are_read_and_damage_is_seen() {
        let text = b"some text, some text, some text".repeat(100);
        let mut packed = pack(&text);
        let length = packed.len();
        packed.extend(pack(b"more"));
        assert_eq!(unpack(&packed).unwrap(), [&text[..], b"more"].concat());
        for (cut, kind) in [(length - 3, io::ErrorKind::UnexpectedEof), (15, io::ErrorKind::UnexpectedEof)] {
            assert_eq!(unpack(&packed[..cut]).unwrap_err().kind(), kind);
        }
        for at in [length - 1, length - 5] {
            let mut damaged = packed.clone();
            damaged[at] ^= 1;
            assert_eq!(unpack(&damaged).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
        let behind = [&packed[..], b"something else, longer than a header"].concat();
        assert_eq!(unpack(&behind).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
