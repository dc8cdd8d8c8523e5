//! Which addresses a pipeline file may name: https, or http to this computer, with nothing in them that misleads.

use std::net::IpAddr;

/// Whether an address is https, or http to this computer, and holds nothing that could send a request elsewhere
/// than it seems to go (`http://127.0.0.1@example.org`).
pub(super) fn is_safe_address(address: &str) -> bool {
    let odd = |byte: u8| !byte.is_ascii_graphic() || b"\\\"<>^`{|}@?#".contains(&byte);
    if address.bytes().any(odd) {
        return false;
    }
    let Some((scheme, rest)) = address.split_once("://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let Some(host) = host_of(authority) else {
        return false;
    };
    match scheme {
        "https" => true,
        "http" => host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        _ => false,
    }
}

/// The host of `host`, `host:port`, `[v6]` or `[v6]:port`, without brackets.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (
                host,
                if after.is_empty() {
                    None
                } else {
                    Some(after.strip_prefix(':')?)
                },
            )
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    (!host.is_empty() && port.is_none_or(is_port)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_this_computer() {
        for good in [
            "https://dataderden.cbs.nl/ODataFeed/odata",
            "http://localhost:8080/x",
            "http://127.0.0.1:1",
            "http://127.8.9.1/",
            "http://[::1]:80/x",
            "https://x.nl:443",
        ] {
            assert!(is_safe_address(good), "{good}");
        }
        for bad in [
            "http://dataderden.cbs.nl/x",
            "http://127.0.0.1@example.org",
            "http://127.0.0.1.example.org",
            "http://localhost.example.org",
            "http://[::1].example.org",
            "http://[::1",
            "http://0.0.0.0",
            "https://",
            "https://x.nl:99999",
            "https://x.nl:",
            "https://x.nl/?a=1",
            "https://x.nl/a b",
            "ftp://x.nl",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!is_safe_address(bad), "{bad}");
        }
    }
}
