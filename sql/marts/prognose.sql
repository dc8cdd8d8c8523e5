-- doel:    Wat de nota voor 2020 schatte naast wat het werd, wat een lopend jaar uit zijn maanden belooft, en hoe ver het streefjaar nog uiteen kan lopen.
-- korrel:  een rij per reeks, soort schatting en jaar
-- sleutel: reeks, soort, jaar
-- kolommen:
--   reeks       | sleutel van de reeks
--   soort       | deeljaar (de schatting van de nota), seizoen (een lopend jaar uit zijn maanden, tot het jaar er is) of vooruitblik (zonder trend, tot het streefjaar)
--   jaar        | jaar waarover de schatting gaat
--   uitgangspunt | deeljaar en seizoen: aantal dat de schatting draagt; vooruitblik: het laatste representatieve jaar
--   vanaf_jaar  | laatste jaar met een cijfer waarop de vooruitblik berust, of het gewone aandeel van de maanden
--   gedrukt     | de schatting zoals de nota haar drukte
--   schatting   | de schatting zoals wij haar narekenen
--   ondergrens  | ondergrens van het 95%-interval
--   bovengrens  | bovengrens van het 95%-interval
--   werkelijk   | wat het werd volgens de politie nu; leeg zolang het jaar er niet is
--   binnen      | waar als werkelijk binnen het interval ligt; leeg over een afwijkend jaar
--   methode     | hoe geschat is, in woorden
WITH jaren AS (
    SELECT d.reeks,
           d.jaar,
           d.waarde,
           d.afwijkend
    FROM delicten_jaar AS d
    JOIN beleid AS b ON b.gemeente = d.regio_code
),
geschat AS (
    SELECT g.reeks,
           g.jaar,
           CAST(g.waarde AS DOUBLE) AS waarde
    FROM gedrukt AS g
    JOIN reeks AS r ON r.reeks = g.reeks AND r.familie <> 'hoofd'
    WHERE g.status = 'geextrapoleerd'
    UNION ALL
    SELECT d.reeks,
           g.jaar,
           CAST(sum(g.waarde) AS DOUBLE) AS waarde
    FROM gedrukt AS g
    JOIN reeks_delen AS d ON d.deel = g.reeks
    JOIN reeks AS r ON r.reeks = d.reeks AND r.familie = 'hoofd'
    WHERE g.status = 'geextrapoleerd'
    GROUP BY d.reeks, g.jaar
),
deeljaar AS (
    SELECT s.reeks,
           s.jaar,
           round(s.waarde * k.deeljaar_aandeel, 0) AS geteld,
           s.waarde AS gedrukt,
           k.deeljaar_aandeel AS aandeel,
           d.tau2,
           k.alfa
    FROM geschat AS s
    CROSS JOIN conventie AS k
    LEFT JOIN dispersie AS d ON d.laag = 'reeks' AND d.reeks = s.reeks
),
representatief AS (
    SELECT j.reeks,
           j.jaar,
           CAST(j.waarde AS DOUBLE) AS waarde,
           lag(CAST(j.waarde AS DOUBLE)) OVER (PARTITION BY j.reeks ORDER BY j.jaar) AS vorige,
           lag(j.jaar) OVER (PARTITION BY j.reeks ORDER BY j.jaar) AS vorig_jaar
    FROM jaren AS j
    LEFT JOIN niet_representatief AS n ON n.jaar = j.jaar
    WHERE j.waarde IS NOT NULL AND n.jaar IS NULL AND NOT j.afwijkend
),
stappen AS (
    SELECT reeks,
           count(vorige) AS k,
           sum((ln(waarde + 0.5) - ln(vorige + 0.5)) * (ln(waarde + 0.5) - ln(vorige + 0.5)) / (jaar - vorig_jaar)) AS kwadraten,
           max(jaar) AS laatste_jaar
    FROM representatief
    GROUP BY reeks
),
uit_laatste AS (
    SELECT s.reeks,
           s.k,
           sqrt(s.kwadraten / s.k) AS spreiding,
           s.laatste_jaar,
           r.waarde AS laatste,
           b.streefjaar,
           c.alfa
    FROM stappen AS s
    JOIN representatief AS r ON r.reeks = s.reeks AND r.jaar = s.laatste_jaar
    CROSS JOIN beleid AS b
    CROSS JOIN conventie AS c
    WHERE s.k >= c.vooruitblik_minimum_stappen
      AND r.waarde >= c.vooruitblik_minimum
      AND s.laatste_jaar < b.streefjaar
),
maanden AS (
    SELECT d.reeks,
           d.jaar,
           d.maand,
           d.jaar_tot_nu,
           12 * d.jaar + d.maand AS volgnummer
    FROM delicten_maand AS d
    JOIN beleid AS b ON b.gemeente = d.regio_code
),
nieuwste AS (
    SELECT reeks,
           max(volgnummer) AS volgnummer
    FROM maanden
    GROUP BY reeks
),
lopend AS (
    SELECT m.reeks,
           m.jaar,
           m.maand,
           CAST(m.jaar_tot_nu AS DOUBLE) AS geteld
    FROM maanden AS m
    JOIN nieuwste AS n ON n.reeks = m.reeks AND n.volgnummer = m.volgnummer
    LEFT JOIN jaren AS j ON j.reeks = m.reeks AND j.jaar = m.jaar
    WHERE m.maand < 12
      AND m.jaar_tot_nu IS NOT NULL
      AND j.waarde IS NULL
),
-- Welk deel van een heel jaar in dezelfde maanden viel.
aandelen AS (
    SELECT l.reeks,
           deel.jaar,
           CAST(deel.jaar_tot_nu AS DOUBLE) / heel.jaar_tot_nu AS aandeel
    FROM lopend AS l
    JOIN maanden AS deel ON deel.reeks = l.reeks AND deel.maand = l.maand AND deel.jaar < l.jaar
    JOIN maanden AS heel ON heel.reeks = deel.reeks AND heel.jaar = deel.jaar AND heel.maand = 12
    LEFT JOIN niet_representatief AS n ON n.jaar = deel.jaar
    LEFT JOIN jaren AS j ON j.reeks = deel.reeks AND j.jaar = deel.jaar
    WHERE n.jaar IS NULL
      AND NOT coalesce(j.afwijkend, false)
      AND heel.jaar_tot_nu > 0
),
gewogen AS (
    SELECT reeks,
           jaar,
           aandeel,
           avg(aandeel) OVER (PARTITION BY reeks ORDER BY jaar ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS gemiddeld
    FROM aandelen
),
gewoon AS (
    SELECT reeks,
           count(*) AS k,
           max(jaar) AS laatste_jaar,
           max(gemiddeld) AS aandeel,
           sqrt(sum((aandeel - gemiddeld) * (aandeel - gemiddeld)) / nullif(count(*) - 1.0, 0.0)) AS spreiding
    FROM gewogen
    GROUP BY reeks
),
seizoen AS (
    SELECT l.reeks,
           l.jaar,
           l.maand,
           l.geteld,
           g.k,
           g.laatste_jaar,
           g.aandeel,
           part_year_seasonal_phi(l.geteld, g.aandeel, g.spreiding, CAST(g.k AS DOUBLE), c.alfa) AS phi,
           c.alfa
    FROM lopend AS l
    JOIN gewoon AS g ON g.reeks = l.reeks
    CROSS JOIN conventie AS c
    WHERE g.k >= c.seizoen_minimum_jaren
      AND g.aandeel > 0.0
      AND g.aandeel < 1.0
),
samen AS (
    SELECT reeks,
           'deeljaar' AS soort,
           jaar,
           geteld AS uitgangspunt,
           CAST(NULL AS INT) AS vanaf_jaar,
           gedrukt,
           geteld / aandeel AS schatting,
           part_year_lower(geteld, aandeel, part_year_phi(geteld, aandeel, tau2), alfa) AS ondergrens,
           part_year_upper(geteld, aandeel, part_year_phi(geteld, aandeel, tau2), alfa) AS bovengrens,
           'het getelde deel van het jaar, gedeeld door het aandeel van die maanden; zonder rekening met het seizoen' AS methode
    FROM deeljaar
    UNION ALL
    SELECT reeks,
           'seizoen' AS soort,
           jaar,
           geteld AS uitgangspunt,
           laatste_jaar AS vanaf_jaar,
           CAST(NULL AS DOUBLE) AS gedrukt,
           geteld / aandeel AS schatting,
           part_year_lower(geteld, aandeel, phi, alfa) AS ondergrens,
           part_year_upper(geteld, aandeel, phi, alfa) AS bovengrens,
           concat('geextrapoleerd op basis van ', maand, CASE WHEN maand = 1 THEN ' maand' ELSE ' maanden' END,
                  ': het getelde deel van het jaar, gedeeld door het gewone aandeel van die maanden in ', k, ' representatieve jaren') AS methode
    FROM seizoen
    UNION ALL
    SELECT reeks,
           'vooruitblik' AS soort,
           streefjaar AS jaar,
           laatste AS uitgangspunt,
           laatste_jaar AS vanaf_jaar,
           CAST(NULL AS DOUBLE) AS gedrukt,
           laatste AS schatting,
           outlook_lower(laatste, spreiding, CAST(k AS DOUBLE), CAST(streefjaar - laatste_jaar AS DOUBLE), alfa) AS ondergrens,
           outlook_upper(laatste, spreiding, CAST(k AS DOUBLE), CAST(streefjaar - laatste_jaar AS DOUBLE), alfa) AS bovengrens,
           'gelijk aan het laatste representatieve jaar, met de schommeling van eerdere jaren' AS methode
    FROM uit_laatste
)
SELECT s.reeks,
       s.soort,
       s.jaar,
       s.uitgangspunt,
       s.vanaf_jaar,
       s.gedrukt,
       round(s.schatting, 6) AS schatting,
       s.ondergrens,
       s.bovengrens,
       j.waarde AS werkelijk,
       CASE WHEN NOT j.afwijkend THEN j.waarde >= s.ondergrens AND j.waarde <= s.bovengrens END AS binnen,
       s.methode
FROM samen AS s
LEFT JOIN jaren AS j ON j.reeks = s.reeks AND j.jaar = s.jaar
