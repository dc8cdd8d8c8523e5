//! A service on this machine that answers with the files of the generator, so that what is timed is whoever asks.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use nulmeting::disk;

/// The service, as far as the table 47013NED is concerned. It stops with the process.
pub struct Server {
    address: SocketAddr,
}

/// Rows of a page, as the generator makes them.
const PAGE: usize = 10_000;
const RECORDED: &str = "https://dataderden.cbs.nl/ODataFeed/OData/";
const RESOURCES: [&str; 8] = [
    "TableInfos",
    "UntypedDataSet",
    "TypedDataSet",
    "DataProperties",
    "CategoryGroups",
    "SoortMisdrijf",
    "RegioS",
    "Perioden",
];

impl Server {
    /// Serves what the generator wrote into a folder, on a free port.
    pub fn start(folder: PathBuf) -> Result<Self, Box<dyn Error>> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let folder = folder.clone();
                std::thread::spawn(move || serve(stream, &folder, address));
            }
        });
        Ok(Self { address })
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }
}

/// Answers one connection until the other side has enough.
fn serve(stream: TcpStream, folder: &Path, address: SocketAddr) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut output = stream.try_clone().ok()?;
    let mut input = BufReader::new(stream);
    loop {
        let mut target = String::new();
        let mut line = String::new();
        while input.read_line(&mut line).ok()? > 2 {
            if target.is_empty() {
                target.push_str(line.split(' ').nth(1)?);
            }
            line.clear();
        }
        let body = answer(&target, folder, address);
        let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
        let body = body.unwrap_or_default();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        output.write_all(head.as_bytes()).ok()?;
        output.write_all(&body).ok()?;
    }
}

fn answer(target: &str, folder: &Path, address: SocketAddr) -> Option<Vec<u8>> {
    let target = target
        .replace("%24", "$")
        .replace("%20", " ")
        .replace('+', " ")
        .replace("%27", "'");
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let option = |name: &str| {
        let mut options = query.split('&').filter_map(|option| option.split_once('='));
        options.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let page = option("$skip").map_or(Some(0), |skip| skip.parse::<usize>().ok())? / PAGE;
    let file = match path.rsplit('/').next()? {
        "" => return Some(resources(address)),
        "TypedDataSet" => folder.join(format!("page-{page:05}.json")),
        "UntypedDataSet" => {
            let period = option("$filter")?.split('\'').nth(1)?;
            folder.join(format!("untyped/{}-{page:03}.json", period.trim_end()))
        }
        list => folder.join(format!("lists/{list}.json")),
    };
    Some(at_home(&disk::read(&file).ok()?, address))
}

fn resources(address: SocketAddr) -> Vec<u8> {
    let base = format!("http://{address}/ODataFeed/odata/47013NED");
    let resource = |name: &&str| format!("{{\"name\":\"{name}\",\"url\":\"{base}/{name}\"}}");
    let list: Vec<String> = RESOURCES.iter().map(resource).collect();
    format!(
        "{{\"odata.metadata\":\"{base}/$metadata\",\"value\":[{}]}}",
        list.join(",")
    )
    .into_bytes()
}

/// The reply with addresses of this machine: they stand in its first and its last bytes.
fn at_home(body: &[u8], address: SocketAddr) -> Vec<u8> {
    const ENDS: usize = 400;
    let home = format!("http://{address}/ODataFeed/odata/");
    let moved = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes)
            .replace(RECORDED, &home)
            .into_bytes()
    };
    if body.len() < 2 * ENDS {
        return moved(body);
    }
    let (start, rest) = body.split_at(ENDS);
    let (middle, end) = rest.split_at(rest.len() - ENDS);
    [moved(start), middle.to_vec(), moved(end)].concat()
}
