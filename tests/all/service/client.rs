//! The least that a client must do to hold the service to its word: it sees every byte and forgives nothing.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

/// A reply that came whole.
#[derive(Debug)]
pub struct Seen {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, still compressed when it came so.
    pub body: Vec<u8>,
}

impl Seen {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The rows of a page.
    #[track_caller]
    pub fn rows(&self) -> Vec<Value> {
        self.json()["value"].as_array().unwrap().clone()
    }
}

/// A connection that is kept alive.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects to the host of an address.
    pub fn open(url: &str) -> Self {
        let rest = url.strip_prefix("http://").unwrap();
        let host = rest.split('/').next().unwrap();
        let stream = BufReader::new(TcpStream::connect(host).unwrap());
        Self { stream }
    }

    /// Asks, with these header lines, and reads the reply as its length says.
    pub fn get(&mut self, url: &str, headers: &[&str]) -> io::Result<Seen> {
        let rest = url.strip_prefix("http://").unwrap();
        let (host, target) = rest.split_at(rest.find('/').unwrap());
        let target = target.replace(' ', "%20");
        let mut lines = vec![format!("GET {target} HTTP/1.1"), format!("Host: {host}")];
        lines.extend(headers.iter().map(|line| (*line).to_owned()));
        let head = lines.join("\r\n") + "\r\n\r\n";
        self.stream.get_mut().write_all(head.as_bytes())?;
        self.reply()
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn reply(&mut self) -> io::Result<Seen> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut seen = Seen {
            status,
            headers,
            body: Vec::new(),
        };
        if seen.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = usize::from_str_radix(&self.line()?, 16).unwrap();
                let mut chunk = vec![0; size + 2];
                self.stream.read_exact(&mut chunk)?;
                if size == 0 {
                    return Ok(seen);
                }
                seen.body.extend_from_slice(&chunk[..size]);
            }
        }
        let length = seen
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        seen.body.resize(length, 0);
        self.stream.read_exact(&mut seen.body)?;
        Ok(seen)
    }
}

/// Asks once, on a connection of its own.
pub fn get(url: &str) -> io::Result<Seen> {
    Connection::open(url).get(url, &[])
}

/// Follows the links of a list to its end and gives the rows of each page.
pub fn pages(url: &str) -> Vec<Vec<Value>> {
    let mut connection = Connection::open(url);
    let mut pages = Vec::new();
    let mut next = Some(url.to_owned());
    while let Some(url) = next {
        let seen = connection.get(&url, &[]).unwrap();
        let page = seen.json();
        let link = page.get("odata.nextLink").or_else(|| page.get("@odata.nextLink"));
        next = link.map(|link| link.as_str().unwrap().to_owned());
        pages.push(seen.rows());
    }
    pages
}
