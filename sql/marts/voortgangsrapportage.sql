-- doel:    Elk cijfer dat de voortgangsrapportage toont, per onderdeel a, b of c, met de tabel waar het vandaan komt.
-- korrel:  een rij per cijfer
-- sleutel: cijfer
-- kolommen:
--   cijfer      | sleutel van het cijfer: tabel, rij en kolom
--   onderdeel   | a ontwikkelingen en vooruitblik, b cijfers en trends, c voortgang op de doelen
--   rapportjaar | jaar waarover gerapporteerd wordt
--   jaar        | jaar waarover het cijfer gaat
--   onderwerp   | reeks, thema, vraag of doel
--   omschrijving | wat het cijfer is
--   waarde      | het getal, leeg waar er geen is
--   eenheid     | eenheid van waarde
--   oordeel     | oordeel of stand in woorden
--   voorbehoud  | wat erbij gezegd moet worden
--   tabel       | mart waar het cijfer staat
--   bron        | tabel van de bron, nota of register
--   peildatum   | de dag waarop het cijfer zo bekend was
--   regel       | regel van de nota
WITH cijfers AS (
    -- Een lopend jaar hoort bij geen rapportjaar: het rapport toont zijn schatting niet.
    SELECT concat('prognose.', p.reeks, '.', p.soort, '.', p.jaar, '.schatting') AS cijfer, 'a' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, concat('schatting, ', p.methode) AS omschrijving, p.schatting AS waarde, 'aantal' AS eenheid,
           CASE WHEN p.binnen THEN 'binnen het interval' WHEN NOT p.binnen THEN 'buiten het interval' END AS oordeel,
           CAST(NULL AS VARCHAR) AS voorbehoud, 'prognose' AS tabel, 'nota en politie' AS bron,
           CAST(NULL AS DATE) AS peildatum, CAST(NULL AS VARCHAR) AS regel
    FROM prognose AS p
    WHERE p.soort <> 'seizoen'
    UNION ALL
    SELECT concat('prognose.', p.reeks, '.', p.soort, '.', p.jaar, '.ondergrens') AS cijfer, 'a' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, 'ondergrens van de schatting' AS omschrijving, p.ondergrens AS waarde, 'aantal' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'prognose' AS tabel, 'nota en politie' AS bron,
           CAST(NULL AS DATE) AS peildatum, CAST(NULL AS VARCHAR) AS regel
    FROM prognose AS p
    WHERE p.soort <> 'seizoen'
    UNION ALL
    SELECT concat('prognose.', p.reeks, '.', p.soort, '.', p.jaar, '.bovengrens') AS cijfer, 'a' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, 'bovengrens van de schatting' AS omschrijving, p.bovengrens AS waarde, 'aantal' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'prognose' AS tabel, 'nota en politie' AS bron,
           CAST(NULL AS DATE) AS peildatum, CAST(NULL AS VARCHAR) AS regel
    FROM prognose AS p
    WHERE p.soort <> 'seizoen'
    UNION ALL
    SELECT concat('aansluiting.', a.reeks, '.', a.jaar, '.nota') AS cijfer, 'a' AS onderdeel, a.jaar,
           a.reeks AS onderwerp, 'gedrukt in de nota' AS omschrijving, CAST(a.nota AS DOUBLE) AS waarde, 'aantal' AS eenheid,
           a.oordeel,
           a.status AS voorbehoud, 'aansluiting' AS tabel, 'nota' AS bron, a.peildatum, a.regel
    FROM aansluiting AS a
    UNION ALL
    SELECT concat('nulmeting.', n.reeks, '.waarde_vastgesteld') AS cijfer, 'b' AS onderdeel, n.basisjaar AS jaar,
           n.reeks AS onderwerp, 'jaar 0 zoals vastgesteld' AS omschrijving, CAST(n.waarde_vastgesteld AS DOUBLE) AS waarde,
           'aantal' AS eenheid, n.oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'nulmeting' AS tabel, 'nota' AS bron,
           n.aanvaard_op AS peildatum, n.regel
    FROM nulmeting AS n
    WHERE n.waarde_vastgesteld IS NOT NULL
    UNION ALL
    SELECT concat('nulmeting.', n.reeks, '.streefwaarde') AS cijfer, 'b' AS onderdeel, n.streefjaar AS jaar,
           n.reeks AS onderwerp, concat('streefwaarde, ', n.streefwaarde_soort) AS omschrijving, n.streefwaarde AS waarde,
           'aantal' AS eenheid, CAST(NULL AS VARCHAR) AS oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'nulmeting' AS tabel,
           'nota' AS bron, n.aanvaard_op AS peildatum, n.regel
    FROM nulmeting AS n
    WHERE n.streefwaarde IS NOT NULL
    UNION ALL
    SELECT concat('trend_reeks.', t.reeks, '.', t.jaar, '.waarde') AS cijfer, 'b' AS onderdeel, t.jaar,
           t.reeks AS onderwerp, 'geregistreerd volgens de politie nu' AS omschrijving, CAST(t.waarde AS DOUBLE) AS waarde,
           'aantal' AS eenheid, t.oordeel, t.voorbehoud, 'trend_reeks' AS tabel, t.bron, t.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM trend_reeks AS t
    UNION ALL
    SELECT concat('trend_reeks.', t.reeks, '.', t.jaar, '.ondergrens') AS cijfer, 'b' AS onderdeel, t.jaar,
           t.reeks AS onderwerp, 'ondergrens van het 95%-interval' AS omschrijving, t.ondergrens AS waarde, 'aantal' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'trend_reeks' AS tabel, t.bron, t.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM trend_reeks AS t
    WHERE t.ondergrens IS NOT NULL
    UNION ALL
    SELECT concat('trend_reeks.', t.reeks, '.', t.jaar, '.bovengrens') AS cijfer, 'b' AS onderdeel, t.jaar,
           t.reeks AS onderwerp, 'bovengrens van het 95%-interval' AS omschrijving, t.bovengrens AS waarde, 'aantal' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'trend_reeks' AS tabel, t.bron, t.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM trend_reeks AS t
    WHERE t.bovengrens IS NOT NULL
    UNION ALL
    SELECT concat('trend_reeks.', t.reeks, '.', t.jaar, '.verschil_pct') AS cijfer, 'b' AS onderdeel, t.jaar,
           t.reeks AS onderwerp, 'verschil met het basisjaar' AS omschrijving, t.verschil_pct AS waarde, '%' AS eenheid,
           t.oordeel, t.voorbehoud_basis AS voorbehoud, 'trend_reeks' AS tabel, t.bron, t.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM trend_reeks AS t
    WHERE t.verschil_pct IS NOT NULL
    UNION ALL
    SELECT concat('trend_reeks.', t.reeks, '.', t.jaar, '.per_1000') AS cijfer, 'b' AS onderdeel, t.jaar,
           t.reeks AS onderwerp, 'per 1.000 inwoners' AS omschrijving, t.per_1000 AS waarde, 'per 1.000 inwoners' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'trend_reeks' AS tabel, t.bron, t.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM trend_reeks AS t
    WHERE t.per_1000 IS NOT NULL
    UNION ALL
    SELECT concat('vergelijking.', p.reeks, '.', p.jaar, '.per_1000') AS cijfer, 'b' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, concat(p.naam, ', per 1.000 inwoners') AS omschrijving, p.per_1000 AS waarde, 'per 1.000 inwoners' AS eenheid,
           p.oordeel, p.voorbehoud, 'vergelijking' AS tabel, p.bron, p.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM eigen_plaats AS p
    UNION ALL
    SELECT concat('vergelijking.', p.reeks, '.', p.jaar, '.rang') AS cijfer, 'b' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, concat(p.naam, ', plaats van ', p.gerangschikt, ' gemeenten') AS omschrijving, CAST(p.rang AS DOUBLE) AS waarde, 'rang' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, p.voorbehoud, 'vergelijking' AS tabel, p.bron, p.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM eigen_plaats AS p
    UNION ALL
    SELECT concat('vergelijking.', p.reeks, '.', p.jaar, '.rang_van') AS cijfer, 'b' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, concat(p.naam, ', hoogste plaats die het ook had kunnen zijn') AS omschrijving, CAST(p.rang_van AS DOUBLE) AS waarde, 'rang' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, p.voorbehoud, 'vergelijking' AS tabel, p.bron, p.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM eigen_plaats AS p
    WHERE p.rang_van IS NOT NULL
    UNION ALL
    SELECT concat('vergelijking.', p.reeks, '.', p.jaar, '.rang_tot') AS cijfer, 'b' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, concat(p.naam, ', laagste plaats die het ook had kunnen zijn') AS omschrijving, CAST(p.rang_tot AS DOUBLE) AS waarde, 'rang' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, p.voorbehoud, 'vergelijking' AS tabel, p.bron, p.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM eigen_plaats AS p
    WHERE p.rang_tot IS NOT NULL
    UNION ALL
    SELECT concat('vergelijking.', p.reeks, '.', p.jaar, '.trechter_onder') AS cijfer, 'b' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, concat(p.naam, ', ondergrens van de trechter van vergelijkbare gemeenten') AS omschrijving, p.trechter_onder AS waarde, 'per 1.000 inwoners' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, p.voorbehoud, 'vergelijking' AS tabel, p.bron, p.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM eigen_plaats AS p
    WHERE p.trechter_onder IS NOT NULL
    UNION ALL
    SELECT concat('vergelijking.', p.reeks, '.', p.jaar, '.trechter_boven') AS cijfer, 'b' AS onderdeel, p.jaar,
           p.reeks AS onderwerp, concat(p.naam, ', bovengrens van de trechter van vergelijkbare gemeenten') AS omschrijving, p.trechter_boven AS waarde, 'per 1.000 inwoners' AS eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, p.voorbehoud, 'vergelijking' AS tabel, p.bron, p.peildatum,
           CAST(NULL AS VARCHAR) AS regel
    FROM eigen_plaats AS p
    WHERE p.trechter_boven IS NOT NULL
    UNION ALL
    SELECT concat('trend_thema.', t.thema, '.', t.jaar, '.waarde') AS cijfer, 'b' AS onderdeel, t.jaar,
           t.thema AS onderwerp, concat('som van de reeksen van ', t.paragraaf, ' ', t.naam) AS omschrijving,
           CAST(t.waarde AS DOUBLE) AS waarde, 'aantal' AS eenheid, t.oordeel, t.voorbehoud, 'trend_thema' AS tabel, t.bron,
           t.peildatum, CAST(NULL AS VARCHAR) AS regel
    FROM trend_thema AS t
    UNION ALL
    SELECT concat('wijkbeeld.', w.regio_code, '.', w.reeks, '.', w.periode, '.waarde') AS cijfer, 'b' AS onderdeel, w.tot_jaar AS jaar,
           w.reeks AS onderwerp, concat(w.reeks_naam, ' in ', w.regio) AS omschrijving, CAST(w.waarde AS DOUBLE) AS waarde,
           'aantal' AS eenheid, CAST(NULL AS VARCHAR) AS oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'wijkbeeld' AS tabel, w.bron,
           w.peildatum, CAST(NULL AS VARCHAR) AS regel
    FROM wijkbeeld AS w
    JOIN rapportjaar AS j ON j.jaar = w.tot_jaar
    WHERE w.niveau = 'wijk' AND w.waarde IS NOT NULL
    UNION ALL
    SELECT concat('monitor_indicator.', m.indicator, '.', m.instrument, '.', m.regio_code, '.', m.meting, '.waarde') AS cijfer, 'b' AS onderdeel, m.meting AS jaar,
           m.indicator AS onderwerp, concat(m.naam, ', ', m.regio) AS omschrijving, m.waarde, m.eenheid, m.oordeel,
           coalesce(m.voorbehoud, CASE WHEN m.n IS NULL AND m.ondergrens IS NULL AND m.waarde IS NOT NULL THEN 'aantal deelnemers onbekend' END) AS voorbehoud, 'monitor_indicator' AS tabel, m.bron,
           m.peildatum, m.regel
    FROM monitor_indicator AS m
    UNION ALL
    SELECT concat('doel_voortgang.', d.doel, '.waarde') AS cijfer, 'c' AS onderdeel, d.rapportjaar AS jaar,
           d.doel AS onderwerp, d.tekst AS omschrijving, d.waarde, d.eenheid, d.oordeel,
           d.waarde_tekst AS voorbehoud, 'doel_voortgang' AS tabel, d.bron, d.peildatum, d.regel
    FROM doel_voortgang AS d
    UNION ALL
    SELECT concat('doel_voortgang.', d.doel, '.streefwaarde') AS cijfer, 'c' AS onderdeel, d.rapportjaar AS jaar,
           d.doel AS onderwerp, concat('drempel: ', d.drempel) AS omschrijving, d.streefwaarde AS waarde, d.eenheid,
           CAST(NULL AS VARCHAR) AS oordeel, d.termijn_tekst AS voorbehoud, 'doel_voortgang' AS tabel, 'nota' AS bron,
           CAST(NULL AS DATE) AS peildatum, d.regel
    FROM doel_voortgang AS d
    WHERE d.streefwaarde IS NOT NULL
    UNION ALL
    SELECT concat('doel_voortgang.', d.doel, '.padwaarde') AS cijfer, 'c' AS onderdeel, d.rapportjaar AS jaar,
           d.doel AS onderwerp, 'de rechte weg van jaar 0 naar de drempel' AS omschrijving, d.padwaarde AS waarde, d.eenheid,
           d.oordeel, CAST(NULL AS VARCHAR) AS voorbehoud, 'doel_voortgang' AS tabel, 'eigen afspraak' AS bron,
           d.peildatum, d.regel
    FROM doel_voortgang AS d
    WHERE d.padwaarde IS NOT NULL
    UNION ALL
    SELECT concat('doel_voortgang.', d.doel, '.padwaarde_herzien') AS cijfer, 'c' AS onderdeel, d.rapportjaar AS jaar,
           d.doel AS onderwerp, 'de rechte weg vanaf jaar 0 zoals de politie het nu telt' AS omschrijving,
           d.padwaarde_herzien AS waarde, d.eenheid, d.oordeel_herzien AS oordeel, CAST(NULL AS VARCHAR) AS voorbehoud,
           'doel_voortgang' AS tabel, 'eigen afspraak' AS bron, d.peildatum, d.regel
    FROM doel_voortgang AS d
    WHERE d.padwaarde_herzien IS NOT NULL
)
SELECT c.cijfer,
       c.onderdeel,
       j.jaar AS rapportjaar,
       c.jaar,
       c.onderwerp,
       c.omschrijving,
       c.waarde,
       c.eenheid,
       c.oordeel,
       c.voorbehoud,
       c.tabel,
       c.bron,
       c.peildatum,
       c.regel
FROM cijfers AS c
CROSS JOIN rapportjaar AS j
