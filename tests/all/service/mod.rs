//! A service that speaks the OData of Statistics Netherlands and the police as it was recorded and described, served on
//! this machine from recorded figures, and that breaks in every way in which the real one was seen to break.
//!
//! ```ignore
//! let service = Service::start();
//! service.add3(Table3::from_portal(&metadata, &exports));
//! service.on(Matcher::path("TypedDataSet"), Times::Only(2), Fault::ResetAfter(1_000));
//! // … fetch from service.url() …
//! service.table3_mut("47013NED").set("0.0.0", "GM0164", "2022JJ00", Some(3_908));
//! service.table3_mut("47013NED").set_modified("2026-07-15T02:00:00");
//! // … fetch again, and look at service.requests() …
//! ```

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, RwLock, RwLockWriteGuard};

pub mod faults;
pub mod filter;
pub mod http;
mod odata;
mod odata4;
pub mod page;
pub mod portal;
pub mod table3;
pub mod table4;
pub mod zip4;

#[cfg(test)]
mod client;
#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod recorded_tests;

use self::faults::{Fault, Matcher, Rule, Strike, Times};
use self::http::{Reply, Request, Server};
use self::odata::{Answer, Content, Format};
use self::page::write_record;
use self::table3::Table3;
use self::table4::Table4;

/// The tables by identifier, in its exact case.
#[derive(Default)]
pub struct Tables {
    v3: BTreeMap<String, Table3>,
    v4: BTreeMap<String, Table4>,
    /// Zips that are not those of the present table.
    zips: BTreeMap<String, Vec<u8>>,
}

/// What the threads of the server and the test share.
#[derive(Default)]
struct State {
    tables: RwLock<Tables>,
    rules: Mutex<Vec<Rule>>,
}

/// The service. It stops when it is dropped.
pub struct Service {
    state: Arc<State>,
    server: Server,
}

impl Service {
    /// Starts on a free port, without a table and without a fault.
    pub fn start() -> Self {
        let state = Arc::new(State::default());
        let of_server = Arc::clone(&state);
        let server = Server::start(move |address| {
            let base = format!("http://{address}");
            move |request: &Request| of_server.reply(request, &base)
        });
        Self { state, server }
    }

    /// `http://127.0.0.1:PORT`, to put before `/ODataFeed/odata/…` or `/odata/v1/CBS/…`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Every request until now, in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// How many connections were opened until now.
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// Serves a table of v3, in the place of one with the same identifier.
    pub fn add3(&self, table: Table3) {
        let mut tables = self.state.tables.write().unwrap();
        tables.v3.insert(table.identifier().to_owned(), table);
    }

    /// Serves a table of v4, in the place of one with the same identifier.
    pub fn add4(&self, table: Table4) {
        let mut tables = self.state.tables.write().unwrap();
        tables.v4.insert(table.identifier().to_owned(), table);
    }

    /// Gives this as the zip of a table, whatever the table is.
    pub fn give_zip(&self, identifier: &str, zip: Vec<u8>) {
        let mut tables = self.state.tables.write().unwrap();
        tables.zips.insert(identifier.to_owned(), zip);
    }

    /// A table to change. Nothing is answered until the guard is gone: do not keep it over a request.
    #[track_caller]
    pub fn table3_mut(&self, identifier: &str) -> TableMut<'_, Table3> {
        self.table_mut(identifier)
    }

    /// A table to change, as `table3_mut`.
    #[track_caller]
    pub fn table4_mut(&self, identifier: &str) -> TableMut<'_, Table4> {
        self.table_mut(identifier)
    }

    #[track_caller]
    fn table_mut<T: Served>(&self, identifier: &str) -> TableMut<'_, T> {
        let tables = self.state.tables.write().unwrap();
        // Dropped first, so that a wrong identifier does not poison the lock for the threads of the server.
        if !T::of(&tables).contains_key(identifier) {
            drop(tables);
            panic!("the service has no table {identifier}");
        }
        TableMut {
            tables,
            identifier: identifier.to_owned(),
            served: std::marker::PhantomData,
        }
    }

    /// From now on these requests, or some of them in turn, go wrong.
    pub fn on(&self, matcher: Matcher, times: Times, fault: Fault) {
        self.state
            .rules
            .lock()
            .unwrap()
            .push(Rule::new(matcher, times, fault));
    }

    /// From now on all goes well.
    pub fn recover(&self) {
        self.state.rules.lock().unwrap().clear();
    }
}

impl State {
    fn reply(&self, request: &Request, base: &str) -> Reply {
        let strikes: Vec<Strike> = {
            let mut rules = self.rules.lock().unwrap();
            rules.iter_mut().filter_map(|rule| rule.strike(request)).collect()
        };
        let mut answer = odata::answer(request, &self.tables.read().unwrap(), base);
        for (fault, _) in &strikes {
            fault.spoil(&mut answer, request, base);
        }
        let mut reply = rendered(&answer);
        for (fault, hits) in &strikes {
            fault.break_reply(&mut reply, request, &answer.modified);
            self.move_on(fault, *hits, request);
        }
        reply
    }

    /// What a night does to the service while it is being asked.
    fn move_on(&self, fault: &Fault, hits: usize, request: &Request) {
        let segments = request.path.split('/');
        match fault {
            Fault::ModifiedMovesAfter(requests, modified) if hits >= *requests => {
                let mut tables = self.tables.write().unwrap();
                for segment in segments {
                    if let Some(table) = tables.v3.get_mut(segment) {
                        table.set_modified(modified);
                    }
                }
            }
            Fault::VersionMovesAfter(requests, version) if hits >= *requests => {
                let mut tables = self.tables.write().unwrap();
                for segment in segments {
                    if let Some(table) = tables.v4.get_mut(segment) {
                        table.set_text("Version", version);
                    }
                }
            }
            _ => {}
        }
    }
}

fn rendered(answer: &Answer) -> Reply {
    const JSON: &str = "application/json; odata=minimalmetadata; streaming=true; charset=utf-8";
    const ATOM: &str = "application/atom+xml; type=feed; charset=utf-8";
    match (&answer.content, answer.format) {
        (Content::Plain(reply), _) => reply.clone(),
        (Content::Page(page) | Content::Service(page), Format::Json) => Reply::new(200, JSON, page.json()),
        (Content::Page(page), Format::Atom) => {
            // The zone of `Modified` shows only here; every recorded moment was in summer time.
            Reply::new(200, ATOM, page.atom(&format!("{}+02:00", answer.modified)))
        }
        (Content::Service(page), Format::Atom) => {
            Reply::new(200, "application/atomsvc+xml; charset=utf-8", page.atom_service())
        }
        (Content::Single(context, record), _) => {
            let mut whole = vec![page::field("@odata.context", context.as_str())];
            whole.extend(record.iter().cloned());
            let mut text = String::new();
            write_record(&mut text, &whole);
            Reply::new(200, JSON, text)
        }
    }
}

/// A kind of table, and where the service keeps it.
pub trait Served: Sized {
    /// Where.
    fn of(tables: &Tables) -> &BTreeMap<String, Self>;
    /// Where, to change it.
    fn of_mut(tables: &mut Tables) -> &mut BTreeMap<String, Self>;
}

impl Served for Table3 {
    fn of(tables: &Tables) -> &BTreeMap<String, Self> {
        &tables.v3
    }

    fn of_mut(tables: &mut Tables) -> &mut BTreeMap<String, Self> {
        &mut tables.v3
    }
}

impl Served for Table4 {
    fn of(tables: &Tables) -> &BTreeMap<String, Self> {
        &tables.v4
    }

    fn of_mut(tables: &mut Tables) -> &mut BTreeMap<String, Self> {
        &mut tables.v4
    }
}

/// A table of a running service, to change.
pub struct TableMut<'a, T> {
    tables: RwLockWriteGuard<'a, Tables>,
    identifier: String,
    served: std::marker::PhantomData<T>,
}

impl<T: Served> Deref for TableMut<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &T::of(&self.tables)[&self.identifier]
    }
}

impl<T: Served> DerefMut for TableMut<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // The guard is only made for a table that is there, and tables are never taken away.
        T::of_mut(&mut self.tables).get_mut(&self.identifier).unwrap()
    }
}
