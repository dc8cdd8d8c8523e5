//! HTTP/1.1 by hand, because a library would refuse to break the rules that services break.
//!
//! One thread a connection, kept alive. A handler turns a request into a reply, and the reply says how its bytes are
//! to be delivered: whole, late, in drops, cut off, or ended by a reset. It knows nothing of OData.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A head that is longer is no request of ours.
const LONGEST_HEAD: usize = 64 * 1024;

/// One request, as it came in.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET` and so on.
    pub method: String,
    /// The target as the request line has it, still encoded.
    pub target: String,
    /// The path, decoded.
    pub path: String,
    /// The query options in their order, decoded.
    pub query: Vec<(String, String)>,
    /// The headers in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// When it came, since the server started.
    pub at: Duration,
    /// How many requests were being answered at that moment, this one included.
    pub in_flight: usize,
}

impl Request {
    /// The first header of that name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first query option of that name, decoded.
    pub fn option(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// How the length of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// `Content-Length` is right.
    Length,
    /// `Content-Length` promises this many bytes more than come.
    LengthPlus(usize),
    /// Chunks, and the chunk of length zero that should end them never comes.
    ChunkedWithoutEnd,
}

/// How the connection goes on after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It stays open for the next request.
    KeptAlive,
    /// It is closed in order (FIN).
    Closed,
    /// It is reset (RST) after so many bytes of the body, never after the last one.
    ResetAfter(usize),
    /// It is reset before a single byte is sent.
    ResetAtOnce,
}

/// How the bytes of a reply travel.
#[derive(Debug, Clone, Copy)]
pub struct Delivery {
    /// Silence before the status line.
    pub wait: Duration,
    /// After so many bytes of the body, so long a silence.
    pub stall: Option<(usize, Duration)>,
    /// So many bytes of the body at a time, so long apart.
    pub trickle: Option<(usize, Duration)>,
    /// How the length is told.
    pub framing: Framing,
    /// What happens to the connection.
    pub ending: Ending,
}

/// An answer and how it is to be delivered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Headers without those that tell the length.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How it travels.
    pub delivery: Delivery,
}

impl Reply {
    /// A reply that keeps every rule.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: body.into(),
            delivery: Delivery {
                wait: Duration::ZERO,
                stall: None,
                trickle: None,
                framing: Framing::Length,
                ending: Ending::KeptAlive,
            },
        }
    }

    /// Sets a header, in the place of one of the same name.
    pub fn set_header(&mut self, name: &str, value: &str) {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    fn head(&self) -> String {
        let mut lines = vec![format!("HTTP/1.1 {} {}", self.status, reason(self.status))];
        lines.extend(
            self.headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        // A reply of 304 has no body, and a length would be that of the body it does not send.
        if self.status != 304 {
            lines.push(match self.delivery.framing {
                Framing::Length => format!("Content-Length: {}", self.body.len()),
                Framing::LengthPlus(more) => format!("Content-Length: {}", self.body.len() + more),
                Framing::ChunkedWithoutEnd => "Transfer-Encoding: chunked".to_owned(),
            });
        }
        lines.join("\r\n") + "\r\n\r\n"
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200..=299 => "OK",
        300..=399 => "See Elsewhere",
        400..=499 => "Refused",
        _ => "Failed",
    }
}

/// What the threads share.
struct Shared {
    started: Instant,
    stopped: Mutex<bool>,
    wake: Condvar,
    log: Mutex<Vec<Request>>,
    in_flight: AtomicUsize,
    /// Weak, because a second owner would keep the socket open and no reset would be sent.
    open: Mutex<Vec<Weak<TcpStream>>>,
}

impl Shared {
    fn is_stopped(&self) -> bool {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits, and fails when the server stops before the wait is over.
    fn pause(&self, length: Duration) -> io::Result<()> {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        match self.wake.wait_timeout_while(stopped, length, |stopped| !*stopped) {
            Ok((_, waited)) if waited.timed_out() => Ok(()),
            _ => Err(io::Error::other("the server stops")),
        }
    }
}

/// What answers requests.
type Handler = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// A server on a free port of 127.0.0.1; it stops, and its threads are joined, when it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<Vec<JoinHandle<()>>>>,
}

impl Server {
    /// Listens, and answers with the handler that is made for its address.
    pub fn start<H>(make: impl FnOnce(SocketAddr) -> H) -> Self
    where
        H: Fn(&Request) -> Reply + Send + Sync + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            started: Instant::now(),
            stopped: Mutex::new(false),
            wake: Condvar::new(),
            log: Mutex::new(Vec::new()),
            in_flight: AtomicUsize::new(0),
            open: Mutex::new(Vec::new()),
        });
        let handler: Handler = Arc::new(make(address));
        let of_acceptor = Arc::clone(&shared);
        let acceptor = thread::spawn(move || accept(&listener, &of_acceptor, &handler));
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every request until now, in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.lock().unwrap().clone()
    }

    /// How many connections were accepted until now.
    pub fn connections(&self) -> usize {
        self.shared.open.lock().unwrap().len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        *self.shared.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.wake.notify_all();
        // Only to wake the acceptor: whether anybody answers does not matter.
        let _ = TcpStream::connect(self.address);
        let threads = self.acceptor.take().map(JoinHandle::join);
        let open = self.shared.open.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in open.iter().filter_map(Weak::upgrade) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
        drop(open);
        let all_well = match threads {
            Some(Ok(threads)) => threads.into_iter().all(|thread| thread.join().is_ok()),
            Some(Err(_)) => false,
            None => true,
        };
        // A handler that panicked looks like a reset to the client: the test must not take it for the fault it asked for.
        assert!(
            all_well || thread::panicking(),
            "a thread of the service panicked"
        );
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>, handler: &Handler) -> Vec<JoinHandle<()>> {
    let mut threads = Vec::new();
    for stream in listener.incoming() {
        if shared.is_stopped() {
            break;
        }
        let Ok(stream) = stream else { continue };
        let stream = Arc::new(stream);
        shared.open.lock().unwrap().push(Arc::downgrade(&stream));
        let (shared, handler) = (Arc::clone(shared), Arc::clone(handler));
        threads.push(thread::spawn(move || {
            // A client that goes away ends its connection and nothing else.
            let _ = converse(&stream, &shared, &handler);
        }));
    }
    threads
}

/// Answers the requests of one connection until one side ends it.
fn converse(mut stream: &TcpStream, shared: &Shared, handler: &Handler) -> io::Result<()> {
    stream.set_nodelay(true)?;
    while let Some(head) = read_head(stream)? {
        let leaves = Leaves(&shared.in_flight);
        let request = {
            // Under the lock, so that the log is in the order of its moments.
            let mut log = shared.log.lock().unwrap();
            let in_flight = shared.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            let request = parse(&head, shared.started.elapsed(), in_flight);
            log.extend(request.clone());
            request
        };
        let (reply, asks_to_close) = match request {
            Some(request) => {
                let close = request
                    .header("connection")
                    .is_some_and(|value| value.eq_ignore_ascii_case("close"));
                (handler(&request), close)
            }
            None => (
                Reply::new(400, "text/plain", "no request line of three words"),
                true,
            ),
        };
        let sent = deliver(stream, shared, &reply);
        drop(leaves);
        if sent? || asks_to_close {
            break;
        }
    }
    stream.flush()
}

/// One request less in flight, however its thread ends.
struct Leaves<'a>(&'a AtomicUsize);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Reads a head but for its very last byte, which stays in the kernel: a socket that is closed with unread data makes
/// the kernel send RST, and `std` has no other way to ask for one. None when the client closed.
fn read_head(mut stream: &TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut ahead = [0_u8; 4096];
    loop {
        let seen = stream.peek(&mut ahead)?;
        if seen == 0 {
            return Ok(None);
        }
        let before = head.len();
        head.extend_from_slice(&ahead[..seen]);
        let from = before.saturating_sub(3);
        let end = head[from..].windows(4).position(|four| four == b"\r\n\r\n");
        let taken = end.map_or(seen, |end| from + end + 3 - before);
        stream.read_exact(&mut ahead[..taken])?;
        if end.is_some() {
            head.truncate(before + taken);
            return Ok(Some(String::from_utf8_lossy(&head).into_owned()));
        }
        if head.len() > LONGEST_HEAD {
            return Err(io::Error::other("a head without an end"));
        }
    }
}

fn parse(head: &str, at: Duration, in_flight: usize) -> Option<Request> {
    let mut lines = head.split("\r\n");
    let words: Vec<&str> = lines.next()?.split(' ').collect();
    let [method, target, _version] = words[..] else {
        return None;
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let options = query.split('&').filter(|option| !option.is_empty());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Some(Request {
        method: method.to_owned(),
        target: target.to_owned(),
        path: decoded(path, false),
        query: options
            .map(|option| option.split_once('=').unwrap_or((option, "")))
            .map(|(name, value)| (decoded(name, true), decoded(value, true)))
            .collect(),
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
        at,
        in_flight,
    })
}

/// Percent-decoded; a plus is a space in a query and a plus in a path.
fn decoded(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        let code = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        plain.push(match byte {
            b'+' if plus_is_space => b' ',
            byte => code.unwrap_or(byte),
        });
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Sends a reply as it asks to be sent; true when the connection ends with it.
fn deliver(mut stream: &TcpStream, shared: &Shared, reply: &Reply) -> io::Result<bool> {
    let delivery = &reply.delivery;
    if !delivery.wait.is_zero() {
        shared.pause(delivery.wait)?;
    }
    let length = match delivery.ending {
        Ending::ResetAtOnce => return Ok(true),
        Ending::ResetAfter(bytes) => bytes.min(reply.body.len().saturating_sub(1)),
        Ending::KeptAlive | Ending::Closed => {
            stream.read_exact(&mut [0_u8])?;
            reply.body.len()
        }
    };
    stream.write_all(reply.head().as_bytes())?;
    let body = &reply.body[..length];
    let (first, rest) = body.split_at(delivery.stall.map_or(0, |(bytes, _)| bytes.min(length)));
    send(stream, shared, first, delivery)?;
    if let Some((_, silence)) = delivery.stall {
        shared.pause(silence)?;
    }
    send(stream, shared, rest, delivery)?;
    Ok(delivery.ending != Ending::KeptAlive || delivery.framing != Framing::Length)
}

fn send(mut stream: &TcpStream, shared: &Shared, bytes: &[u8], delivery: &Delivery) -> io::Result<()> {
    let (size, pause) = delivery.trickle.unwrap_or((bytes.len(), Duration::ZERO));
    for piece in bytes.chunks(size.max(1)) {
        if delivery.framing == Framing::ChunkedWithoutEnd {
            let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
            stream.write_all(&chunk)?;
        } else {
            stream.write_all(piece)?;
        }
        if !pause.is_zero() {
            shared.pause(pause)?;
        }
    }
    Ok(())
}
