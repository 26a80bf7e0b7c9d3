//! Detects requests with both `Content-Length` and `Transfer-Encoding`.
//!
//! The two headers may disagree about the end of a request, and such requests can be smuggled past
//! a proxy. The emulator refuses them. hyper removes the length before a handler can see it, so this
//! module scans the incoming bytes.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Limit that exceeds the largest head that hyper accepts.
const MAX_HEAD: usize = 512 * 1024;

/// Marks a request whose end is ambiguous, for the guard in front of the routes.
#[derive(Clone, Copy)]
pub(super) struct AmbiguousLength;

/// Number of the ambiguous request of a connection, from 1; 0 if there is none.
///
/// There is at most one, because the connection is closed after it.
pub(super) type Ambiguous = Arc<AtomicU64>;

/// Connection whose incoming bytes are scanned.
pub(super) struct Scanned<S> {
    stream: S,
    scanner: Scanner,
}

impl<S> Scanned<S> {
    pub(super) fn new(stream: S) -> (Self, Ambiguous) {
        let ambiguous = Ambiguous::default();
        let scanner = Scanner { state: State::Head(Vec::new()), requests: 0, ambiguous };
        let ambiguous = Arc::clone(&scanner.ambiguous);
        (Self { stream, scanner }, ambiguous)
    }
}

struct Scanner {
    state: State,
    /// Number of heads so far.
    requests: u64,
    ambiguous: Ambiguous,
}

enum State {
    /// The received part of a head.
    Head(Vec<u8>),
    /// Number of remaining bytes of a body.
    Body(u64),
    /// After a chunked body (the server closes the connection) or a head that hyper refuses.
    Unscanned,
}

impl Scanner {
    fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.state {
                State::Unscanned => return,
                State::Body(left) => {
                    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    let skipped = length.min(*left);
                    bytes = &bytes[usize::try_from(skipped).unwrap_or(bytes.len())..];
                    *left -= skipped;
                    if *left == 0 {
                        self.state = State::Head(Vec::new());
                    }
                }
                State::Head(head) => {
                    let before = head.len();
                    head.extend_from_slice(bytes);
                    let Some(end) = end_of_head(head) else {
                        if head.len() > MAX_HEAD {
                            self.state = State::Unscanned;
                        }
                        return;
                    };
                    bytes = &bytes[end - before..];
                    head.truncate(end);
                    self.requests += 1;
                    self.state = match Framing::of(head) {
                        Framing::Length(0) => State::Head(Vec::new()),
                        Framing::Length(length) => State::Body(length),
                        Framing::Chunked => State::Unscanned,
                        Framing::Both => {
                            self.ambiguous.store(self.requests, Ordering::Release);
                            State::Unscanned
                        }
                    };
                }
            }
        }
    }
}

/// Returns the end of the first head, after its empty line.
///
/// Line breaks before the request line are skipped.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let start = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    let mut line_breaks = (start..bytes.len()).filter(|at| bytes[*at] == b'\n');
    line_breaks.find_map(|at| match &bytes[at + 1..] {
        [b'\n', ..] => Some(at + 2),
        [b'\r', b'\n', ..] => Some(at + 3),
        _ => None,
    })
}

enum Framing {
    Length(u64),
    Chunked,
    Both,
}

impl Framing {
    fn of(head: &[u8]) -> Self {
        let (mut length, mut chunked) = (None, false);
        for line in head.split(|byte| *byte == b'\n') {
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
            let (name, value) = (&line[..colon], &line[colon + 1..]);
            if name.eq_ignore_ascii_case(b"transfer-encoding") {
                chunked = true;
            } else if name.eq_ignore_ascii_case(b"content-length") {
                let digits = std::str::from_utf8(value).ok().map(str::trim);
                length = Some(digits.and_then(|digits| digits.parse().ok()));
            }
        }
        match (length, chunked) {
            (Some(_), true) => Self::Both,
            // hyper refuses a length that is not a number.
            (None, true) | (Some(None), false) => Self::Chunked,
            (Some(Some(length)), false) => Self::Length(length),
            (None, false) => Self::Length(0),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Scanned<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.scanner.feed(&buffer.filled()[before..]);
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Scanned<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the number of the ambiguous request if the bytes arrive in pieces of this size.
    fn ambiguous(text: &str, piece: usize) -> u64 {
        let (mut scanned, ambiguous) = Scanned::new(());
        text.as_bytes().chunks(piece).for_each(|bytes| scanned.scanner.feed(bytes));
        ambiguous.load(Ordering::Acquire)
    }

    #[test]
    fn both_headers_are_detected_in_any_order_case_and_piece_size() {
        for (text, number) in [
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 1),
            ("POST / HTTP/1.1\r\ntransfer-encoding:chunked\r\nCONTENT-LENGTH:5\r\n\r\n", 1),
            ("\r\n\r\nPOST / HTTP/1.1\ntransfer-encoding: x\ncontent-length: x\n\n", 1),
            (
                "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 0\r\n\r\n",
                2,
            ),
            (
                "GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
                2,
            ),
        ] {
            for piece in [1, 2, 3, 7, 1000] {
                assert_eq!(ambiguous(text, piece), number, "{text:?} by {piece}");
            }
        }
    }

    #[test]
    fn body_that_looks_like_a_head_is_not_scanned() {
        let inner = "POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n";
        let length = inner.len();
        for text in [
            format!("POST / HTTP/1.1\r\ncontent-length: {length}\r\n\r\n{inner}"),
            format!(
                "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{inner}\r\n0\r\n\r\n"
            ),
            "GET / HTTP/1.1\r\nx: content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n"
                .to_owned(),
        ] {
            for piece in [1, 5, 1000] {
                assert_eq!(ambiguous(&text, piece), 0, "{text:?} by {piece}");
            }
        }
    }
}
