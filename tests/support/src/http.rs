//! Scripted HTTP server on loopback, with the requests that it received.
//!
//! The server runs on its own threads, so that synchronous tests, async tests and child processes
//! can all use it.
//!
//! ```
//! use test_support::http::{Reply, Server};
//!
//! let server = Server::replies([Reply::close(), Reply::queued()]);
//! // … two requests to `server.url()`: the first finds its connection closed, the second succeeds.
//! assert_eq!(server.requests(), []);
//! ```

use std::fmt;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

use serde_json::Value;
use tokio::sync::watch;

/// Body of telecrm's response to a lead that it queued.
pub const QUEUED: &str = r#"{"status":"QUEUED"}"#;

/// A request that the server has read completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Request line and headers, without the blank line that ends them.
    pub head: String,
    /// Body, as long as its `Content-Length`.
    pub body: String,
}

impl Request {
    /// The request line, such as `GET /metadata?detail=true HTTP/1.1`.
    #[must_use]
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The path, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        let target = self.line().split(' ').nth(1).unwrap_or_default();
        target.split('?').next().unwrap_or_default()
    }

    /// The value of the first header with this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The body as JSON; `null` if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    fn read(reader: &mut impl BufRead) -> std::io::Result<Self> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        head.truncate(head.len() - 4);
        let mut request = Self { head, body: String::new() };
        let length = request.header("content-length").and_then(|length| length.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        request.body = String::from_utf8_lossy(&body).into_owned();
        Ok(request)
    }
}

/// Reaction of the server to one request.
#[derive(Clone)]
pub struct Reply {
    content: Content,
    end: End,
    gate: Option<Gate>,
}

#[derive(Clone)]
enum Content {
    /// Closes the connection before the request is read.
    Unread,
    /// A complete response. The `headers` are complete lines.
    Response { status: String, headers: String, body: Vec<u8> },
    /// Bytes, unchanged.
    Raw(Vec<u8>),
    /// Bytes, unchanged, one each time the gate opens.
    ByteByByte(Vec<u8>, Gate),
}

/// State of the connection after the reply.
#[derive(Clone, Copy)]
enum End {
    /// The server closes it.
    Close,
    /// The server reads the next request.
    KeepAlive,
    /// The server sends nothing more until the client closes it.
    Hold,
}

impl Reply {
    /// A complete response, after which the connection is closed. `status` is the rest of the status
    /// line, such as `404 Not Found`; `headers` are complete lines, each with its `\r\n`.
    #[must_use]
    pub fn new(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let (status, headers) = (status.to_owned(), headers.to_owned());
        Self::of(Content::Response { status, headers, body: body.as_ref().to_vec() }, End::Close)
    }

    /// A response with status 200.
    #[must_use]
    pub fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::new("200 OK", "", body)
    }

    /// telecrm's response to a lead that it queued.
    #[must_use]
    pub fn queued() -> Self {
        Self::ok(QUEUED)
    }

    /// Bytes that need not be HTTP, after which the connection is closed.
    #[must_use]
    pub fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self::of(Content::Raw(bytes.as_ref().to_vec()), End::Close)
    }

    /// Bytes that are sent one by one, each time the gate opens. The connection is closed after them.
    #[must_use]
    pub fn byte_by_byte(bytes: impl AsRef<[u8]>, gate: &Gate) -> Self {
        Self::of(Content::ByteByByte(bytes.as_ref().to_vec(), gate.clone()), End::Close)
    }

    /// Reads the request and closes the connection.
    #[must_use]
    pub fn close() -> Self {
        Self::raw("")
    }

    /// Closes the connection without reading the request. Only [`Server::replies`] can do this.
    #[must_use]
    pub fn close_unread() -> Self {
        Self::of(Content::Unread, End::Close)
    }

    /// Reads the request and sends nothing until the client closes the connection.
    #[must_use]
    pub fn silence() -> Self {
        Self::of(Content::Raw(Vec::new()), End::Hold)
    }

    /// Keeps the connection open for further requests.
    #[must_use]
    pub fn keep_alive(mut self) -> Self {
        self.end = End::KeepAlive;
        self
    }

    /// Delays the reply until the gate opens.
    #[must_use]
    pub fn after(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    fn of(content: Content, end: End) -> Self {
        Self { content, end, gate: None }
    }

    /// Whether the client waits for a cause outside of the server.
    fn is_withheld(&self) -> bool {
        let by_byte = matches!(self.content, Content::ByteByByte(..));
        by_byte || matches!(self.end, End::Hold) || self.gate.is_some()
    }

    fn write(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        if let Some(gate) = &self.gate {
            gate.pass();
        }
        match &self.content {
            Content::Unread => Ok(()),
            Content::Raw(bytes) => stream.write_all(bytes),
            Content::ByteByByte(bytes, gate) => bytes.iter().try_for_each(|byte| {
                gate.pass();
                stream.write_all(&[*byte])
            }),
            Content::Response { status, headers, body } => {
                let close = matches!(self.end, End::Close).then_some("Connection: close\r\n");
                let (close, length) = (close.unwrap_or_default(), body.len());
                let head = format!(
                    "HTTP/1.1 {status}\r\n{close}{headers}Content-Length: {length}\r\n\r\n"
                );
                stream.write_all(&[head.as_bytes(), body].concat())
            }
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.content, self.end) {
            (Content::Unread, _) => f.write_str("close unread"),
            (Content::Response { status, headers, body }, _) => {
                write!(f, "{status} {headers:?} {}", String::from_utf8_lossy(body))
            }
            (Content::Raw(bytes), End::Hold) if bytes.is_empty() => f.write_str("silence"),
            (Content::Raw(bytes), _) => write!(f, "raw {:?}", String::from_utf8_lossy(bytes)),
            (Content::ByteByByte(bytes, _), _) => {
                write!(f, "byte by byte {:?}", String::from_utf8_lossy(bytes))
            }
        }
    }
}

/// Barrier that a test opens: each [`open`](Self::open) lets one waiting reply or byte pass.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<(Mutex<usize>, Condvar)>);

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets one more reply or byte pass.
    ///
    /// # Panics
    ///
    /// If a thread of the server panicked at the gate.
    pub fn open(&self) {
        let (permits, changed) = &*self.0;
        *permits.lock().expect("no thread panics with the lock") += 1;
        changed.notify_one();
    }

    fn pass(&self) {
        let (permits, changed) = &*self.0;
        let permits = permits.lock().expect("no thread panics with the lock");
        let closed = |permits: &mut usize| *permits == 0;
        *changed.wait_while(permits, closed).expect("no thread panics with the lock") -= 1;
    }
}

/// Server that listens on a free port of 127.0.0.1 until it is dropped.
///
/// After the drop its port refuses connections. Replies in progress are completed.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    script: Mutex<Script>,
    log: watch::Sender<Log>,
    keeps_requests: bool,
    dropped: AtomicBool,
}

enum Script {
    Replies { next: usize, replies: Vec<Reply> },
    Function(Box<dyn FnMut(&Request) -> Reply + Send>),
}

#[derive(Debug, Default)]
struct Log {
    connections: usize,
    received: usize,
    withheld: usize,
    requests: Vec<Request>,
}

impl Server {
    /// Each connection takes the next reply when it opens, and one more for each further request if
    /// the reply keeps it alive. The last reply repeats.
    ///
    /// # Panics
    ///
    /// If `replies` is empty or no port is free.
    #[must_use]
    pub fn replies(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<_> = replies.into_iter().collect();
        assert!(!replies.is_empty(), "a script has at least one reply");
        Self::start(Script::Replies { next: 0, replies }, true)
    }

    /// Each request gets the reply that the function returns. Requests are logged in the order of its
    /// calls.
    ///
    /// # Panics
    ///
    /// If no port is free.
    #[must_use]
    pub fn function(reply: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        Self::start(Script::Function(Box::new(reply)), true)
    }

    /// Queues every lead, and counts the requests without keeping them: for measurements.
    ///
    /// # Panics
    ///
    /// If no port is free.
    #[must_use]
    pub fn counting() -> Self {
        Self::start(Script::Function(Box::new(|_| Reply::queued().keep_alive())), false)
    }

    fn start(script: Script, keeps_requests: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("the listener is bound");
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            log: watch::Sender::default(),
            keeps_requests,
            dropped: AtomicBool::new(false),
        });
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self { address, shared, accepting: Some(accepting) }
    }

    /// The base URL, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Number of connections that were accepted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.log.borrow().connections
    }

    /// Number of requests that the server has read completely.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.shared.log.borrow().received
    }

    /// The requests that the server has read completely, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.borrow().requests.clone()
    }

    /// The bodies of these requests.
    #[must_use]
    pub fn bodies(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.body).collect()
    }

    /// Returns when the server has read this many requests completely. It needs no particular async
    /// runtime.
    ///
    /// # Panics
    ///
    /// Never: the log lives as long as the server.
    pub async fn received(&self, count: usize) {
        let mut log = self.shared.log.subscribe();
        log.wait_for(|log| log.received >= count).await.expect("the server owns the log");
    }

    /// Returns when the server has withheld this many replies: silent ones, and those with a gate.
    ///
    /// # Panics
    ///
    /// Never: the log lives as long as the server.
    pub async fn withheld(&self, count: usize) {
        let mut log = self.shared.log.subscribe();
        log.wait_for(|log| log.withheld >= count).await.expect("the server owns the log");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.dropped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts. If the connection fails, the thread has already ended.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            drop(accepting.join());
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        if shared.dropped.load(Ordering::SeqCst) {
            return;
        }
        shared.log.send_modify(|log| log.connections += 1);
        let first = shared.script().for_connection();
        if matches!(first, Some(Reply { content: Content::Unread, .. })) {
            continue;
        }
        let shared = Arc::clone(shared);
        // An error means that the client closed the connection.
        thread::spawn(move || serve(stream, first, &shared).unwrap_or_default());
    }
}

fn serve(mut stream: TcpStream, mut first: Option<Reply>, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let request = Request::read(&mut reader)?;
        let reply = shared.reply(request, first.take());
        reply.write(&mut stream)?;
        match reply.end {
            End::KeepAlive => {}
            End::Close => return stream.shutdown(std::net::Shutdown::Both),
            End::Hold => {
                let _ = reader.read(&mut [0])?;
                return Ok(());
            }
        }
    }
}

impl Shared {
    fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.script.lock().expect("the test's function does not panic")
    }

    /// Logs a request and returns its reply. The lock is held for both, so that the log has the order
    /// of the calls.
    fn reply(&self, request: Request, first: Option<Reply>) -> Reply {
        let mut script = self.script();
        let reply = first.unwrap_or_else(|| script.for_request(&request));
        self.log.send_modify(|log| {
            log.received += 1;
            log.withheld += usize::from(reply.is_withheld());
            log.requests.extend(self.keeps_requests.then_some(request));
        });
        reply
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("log", &*self.log.borrow()).finish_non_exhaustive()
    }
}

impl Script {
    /// The reply that a connection takes when it opens.
    fn for_connection(&mut self) -> Option<Reply> {
        match self {
            Self::Replies { next, replies } => {
                let reply = replies[(*next).min(replies.len() - 1)].clone();
                *next += 1;
                Some(reply)
            }
            Self::Function(_) => None,
        }
    }

    fn for_request(&mut self, request: &Request) -> Reply {
        match self {
            Self::Function(reply) => reply(request),
            Self::Replies { .. } => self.for_connection().unwrap_or_else(Reply::close),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[u8] = b"GET /a?b=c HTTP/1.1\r\nX-Name: value\r\nContent-Length: 2\r\n\r\n{}";

    /// The bytes that the server sends to this request until it closes the connection.
    fn exchange(server: &Server) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(server.address)?;
        stream.write_all(GET)?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        Ok(response)
    }

    #[test]
    fn connections_take_replies_in_order_and_the_last_one_repeats() {
        let server = Server::replies([Reply::close(), Reply::raw("x"), Reply::ok("{}")]);
        let whole = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
        for expected in ["", "x", whole, whole] {
            assert_eq!(exchange(&server).unwrap(), expected);
        }
        let requests = server.requests();
        assert_eq!((server.connections(), requests.len(), server.request_count()), (4, 4, 4));
        assert_eq!((requests[0].path(), requests[0].header("x-name")), ("/a", Some("value")));
        assert_eq!((requests[0].line(), &*requests[0].body), ("GET /a?b=c HTTP/1.1", "{}"));
    }

    #[test]
    fn connection_that_is_closed_unread_logs_no_request() {
        let server = Server::replies([Reply::close_unread()]);
        assert_eq!(exchange(&server).unwrap_or_default(), "");
        assert_eq!((server.connections(), server.request_count()), (1, 0));
    }

    #[test]
    fn function_replies_to_every_request_of_a_kept_connection() {
        let mut number = 0;
        let server = Server::function(move |request| {
            number += 1;
            let reply = Reply::ok(format!("{}{number}", request.path()));
            if number == 1 { reply.keep_alive() } else { reply }
        });
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(&[GET, GET].concat()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.contains("\r\n\r\n/a1HTTP/1.1") && response.ends_with("\r\n\r\n/a2"));
        assert_eq!(server.connections(), 1);
    }

    #[test]
    fn gate_passes_one_reply_for_each_opening() {
        let gate = Gate::new();
        let server =
            Server::replies([Reply::ok("").after(&gate), Reply::byte_by_byte("ab", &gate)]);
        let sending = thread::scope(|scope| {
            let first = scope.spawn(|| exchange(&server).unwrap());
            gate.open();
            assert!(first.join().unwrap().starts_with("HTTP/1.1 200 OK"));
            let second = scope.spawn(|| exchange(&server).unwrap());
            gate.open();
            gate.open();
            second.join().unwrap()
        });
        assert_eq!(sending, "ab");
    }

    #[test]
    fn port_of_a_dropped_server_refuses_connections() {
        let server = Server::replies([Reply::queued()]);
        let address = server.address;
        drop(server);
        assert!(TcpStream::connect(address).is_err());
    }
}
