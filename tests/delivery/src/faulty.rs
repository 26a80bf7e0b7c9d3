//! A gateway between a client and a telecrm that lets a part of the requests fail, in each possible way.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A way in which a request fails. The name contains whether telecrm receives the request.
#[derive(Clone, Copy, Debug)]
enum Fault {
    ClosedUnread,
    ReadAndClosed,
    StoredAndClosed,
    StoredAndAnsweredByHalf,
    StoredAndNonsense,
    StoredAnd500,
    StoredAnd502,
    Lost500,
    Lost504,
    Busy503,
    Limited429,
}

const FAULTS: [Fault; 11] = [
    Fault::ClosedUnread,
    Fault::ReadAndClosed,
    Fault::StoredAndClosed,
    Fault::StoredAndAnsweredByHalf,
    Fault::StoredAndNonsense,
    Fault::StoredAnd500,
    Fault::StoredAnd502,
    Fault::Lost500,
    Fault::Lost504,
    Fault::Busy503,
    Fault::Limited429,
];

/// A gateway that runs until it is dropped.
pub struct Gateway {
    url: String,
    count: Arc<AtomicU64>,
    faults: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Gateway {
    /// Starts a gateway to the telecrm at this base URL. One request in `one_in` fails, each way in turn.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free.
    pub async fn start(telecrm: &str, one_in: u64) -> io::Result<Self> {
        Self::start_with(telecrm, Some(one_in)).await
    }

    /// Starts a gateway to the telecrm at this base URL that only counts the requests.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free.
    pub async fn counting(telecrm: &str) -> io::Result<Self> {
        Self::start_with(telecrm, None).await
    }

    async fn start_with(telecrm: &str, one_in: Option<u64>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let telecrm = telecrm.trim_start_matches("http://").to_owned();
        let faults = Arc::<AtomicU64>::default();
        let count = Arc::<AtomicU64>::default();
        let state = Arc::new(State {
            telecrm,
            one_in,
            count: Arc::clone(&count),
            faults: Arc::clone(&faults),
        });
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&state);
                // Broken connections are expected.
                tokio::spawn(async move { drop(state.serve(stream).await) });
            }
        });
        Ok(Self { url, count, faults, task })
    }

    /// The base URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The number of received requests.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// The number of failed requests.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::SeqCst)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct State {
    telecrm: String,
    /// `None` if no request fails.
    one_in: Option<u64>,
    count: Arc<AtomicU64>,
    faults: Arc<AtomicU64>,
}

impl State {
    /// The fault of the next request.
    fn next(&self) -> Option<Fault> {
        let count = self.count.fetch_add(1, Ordering::SeqCst);
        let one_in = self.one_in?;
        if !count.is_multiple_of(one_in) {
            return None;
        }
        self.faults.fetch_add(1, Ordering::SeqCst);
        let index = usize::try_from(count / one_in).unwrap_or(0) % FAULTS.len();
        Some(FAULTS[index])
    }

    /// Serves one connection, with a separate connection to telecrm.
    async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let mut telecrm = TcpStream::connect(&self.telecrm).await?;
        client.set_nodelay(true)?;
        telecrm.set_nodelay(true)?;
        let mut rest = Vec::new();
        loop {
            // The fault is chosen before the request is read, since one fault is to read no request.
            let mut peeked = [0];
            if rest.is_empty() && client.peek(&mut peeked).await? == 0 {
                return Ok(());
            }
            let fault = self.next();
            if let Some(Fault::ClosedUnread) = fault {
                return Ok(());
            }
            let request = message(&mut client, &mut rest).await?;
            let mut pass_on = async || {
                telecrm.write_all(&request).await?;
                message(&mut telecrm, &mut Vec::new()).await
            };
            match fault {
                None => client.write_all(&pass_on().await?).await?,
                Some(Fault::ClosedUnread | Fault::ReadAndClosed) => return Ok(()),
                Some(Fault::StoredAndClosed) => {
                    pass_on().await?;
                    return Ok(());
                }
                Some(Fault::StoredAndAnsweredByHalf) => {
                    let answer = pass_on().await?;
                    return client.write_all(&answer[..answer.len() - 5]).await;
                }
                Some(Fault::StoredAndNonsense) => {
                    pass_on().await?;
                    return client.write_all(b"SSH-2.0-OpenSSH\r\n").await;
                }
                Some(Fault::StoredAnd500) => {
                    pass_on().await?;
                    status(&mut client, "500 Internal Server Error").await?;
                }
                Some(Fault::StoredAnd502) => {
                    pass_on().await?;
                    status(&mut client, "502 Bad Gateway").await?;
                }
                Some(Fault::Lost500) => status(&mut client, "500 Internal Server Error").await?,
                Some(Fault::Lost504) => status(&mut client, "504 Gateway Timeout").await?,
                Some(Fault::Busy503) => status(&mut client, "503 Service Unavailable").await?,
                Some(Fault::Limited429) => status(&mut client, "429 Too Many Requests").await?,
            }
        }
    }
}

async fn status(client: &mut TcpStream, line: &str) -> io::Result<()> {
    let answer = format!("HTTP/1.1 {line}\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\noops");
    client.write_all(answer.as_bytes()).await
}

/// Reads one message with a `Content-Length`. Bytes after the message stay in `rest`.
async fn message(stream: &mut TcpStream, rest: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    loop {
        if let Some(length) = message_length(rest)
            && rest.len() >= length
        {
            let beyond = rest.split_off(length);
            return Ok(std::mem::replace(rest, beyond));
        }
        let mut buffer = [0; 8192];
        match stream.read(&mut buffer).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => rest.extend_from_slice(&buffer[..count]),
        }
    }
}

fn message_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).ok()?.to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    Some(head + length.trim().parse::<usize>().ok()?)
}
