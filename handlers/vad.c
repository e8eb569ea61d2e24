/* vad.c: least squares for the wind in conical scans. */
#include "handlers/vad.h"

#include <math.h>

enum { N = VAD_COMPONENTS, SWEEPS = 12 };

#define FULL_CIRCLE_DEG 360.0

const VadLimits vad_limits = {.rays_min = 4, .condition_max = 10, .rmse_max = 5, .jump_max = 20};

static double radians(double degrees)
{
    return degrees * (M_PI / 180);
}

double vad_from_direction_deg(double u, double v)
{
    if (u == 0 && v == 0)
        return NAN;
    double degrees = atan2(-u, -v) * (180 / M_PI);
    degrees = degrees < 0 ? degrees + FULL_CIRCLE_DEG : degrees;
    return degrees < FULL_CIRCLE_DEG ? degrees : 0; /* -1e-20 rounds to 360 */
}

double vad_height_m(double range_m, double elevation_deg)
{
    return range_m * sin(radians(elevation_deg));
}

void vad_beams(const double *azimuth_deg, const double *elevation_deg, size_t rays,
               double (*beams)[N])
{
    for (size_t i = 0; i < rays; i++) {
        double a = radians(azimuth_deg[i]), e = radians(elevation_deg[i]);
        beams[i][0] = sin(a) * cos(e);
        beams[i][1] = cos(a) * cos(e);
        beams[i][2] = sin(e);
    }
}

/* --- 3 x 3 symmetric matrices ---------------------------------------------------------------- */

/* m = vectors * diag(values) * vectors' (Jacobi's rotations; Golub and Van Loan, section 8.5). */
typedef struct Eigen {
    double values[N], vectors[N][N];
} Eigen;

static void rotate(double m[N][N], double vectors[N][N], int p, int q)
{
    double theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
    double t = copysign(1, theta) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int i = 0; i < N; i++) {
        double a = m[i][p], b = m[i][q];
        m[i][p] = c * a - s * b;
        m[i][q] = s * a + c * b;
    }
    for (int i = 0; i < N; i++) {
        double a = m[p][i], b = m[q][i];
        m[p][i] = c * a - s * b;
        m[q][i] = s * a + c * b;
        a = vectors[i][p];
        b = vectors[i][q];
        vectors[i][p] = c * a - s * b;
        vectors[i][q] = s * a + c * b;
    }
}

static void eigen_of(double m[N][N], Eigen *out)
{
    *out = (Eigen){.vectors = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int p = 0; p < N; p++)
            for (int q = p + 1; q < N; q++)
                if (m[p][q] != 0)
                    rotate(m, out->vectors, p, q);
    for (int i = 0; i < N; i++)
        out->values[i] = m[i][i];
}

/* --- one gate ------------------------------------------------------------------------------- */

/* The sums over the rays of a gate. */
typedef struct Sums {
    double gram[N][N], right[N];
    size_t rays;
} Sums;

/* What the wind so far leaves of the ray's value; NaN: no value. */
static double residual_of(const VadRays *r, size_t ray, size_t gate, const double wind[N])
{
    const double *beam = r->beams[ray];
    return r->doppler[ray * r->gates + gate] - beam[0] * wind[0] - beam[1] * wind[1] -
           beam[2] * wind[2];
}

static void sum_up(const VadRays *r, size_t gate, const double wind[N], Sums *s)
{
    *s = (Sums){.rays = 0};
    for (size_t i = 0; i < r->rays; i++) {
        const double *beam = r->beams[i];
        double left = residual_of(r, i, gate, wind);
        if (!isfinite(left))
            continue;
        s->rays++;
        for (int p = 0; p < N; p++) {
            s->right[p] += beam[p] * left;
            for (int q = 0; q < N; q++)
                s->gram[p][q] += beam[p] * beam[q];
        }
    }
}

/* Adds the least-squares solution to the wind. False: there is none. */
static bool solve(const Sums *s, double wind[N], double *condition)
{
    const double least_part = 1e-12;
    double scale[N], m[N][N];
    Eigen e;
    for (int p = 0; p < N; p++) {
        scale[p] = sqrt(s->gram[p][p]);
        if (s->gram[p][p] < least_part * (double)s->rays)
            return false;
    }
    for (int p = 0; p < N; p++)
        for (int q = 0; q < N; q++)
            m[p][q] = s->gram[p][q] / (scale[p] * scale[q]);
    eigen_of(m, &e);
    double least = fmin(e.values[0], fmin(e.values[1], e.values[2]));
    double most = fmax(e.values[0], fmax(e.values[1], e.values[2]));
    if (least < least_part * most)
        return false;
    *condition = sqrt(most / least);
    for (int k = 0; k < N; k++) {
        double along = 0;
        for (int p = 0; p < N; p++)
            along += e.vectors[p][k] * s->right[p] / scale[p];
        for (int p = 0; p < N; p++)
            wind[p] += e.vectors[p][k] * along / e.values[k] / scale[p];
    }
    return true;
}

static double rmse_of(const VadRays *r, size_t gate, const double wind[N], size_t rays)
{
    double sum = 0;
    for (size_t i = 0; i < r->rays; i++) {
        double left = residual_of(r, i, gate, wind);
        sum += isfinite(left) ? left * left : 0;
    }
    return sqrt(sum / (double)rays);
}

static void fit_gate(const VadRays *r, size_t gate, const VadLimits *limits, VadFit *out)
{
    double wind[N] = {0};
    Sums sums;
    sum_up(r, gate, wind, &sums);
    *out = (VadFit){NAN, NAN, NAN, NAN, NAN, NAN, NAN, sums.rays, 0};
    if (sums.rays < limits->rays_min || sums.rays < N) {
        out->flags = VAD_FEW_RAYS;
        return;
    }
    if (!solve(&sums, wind, &out->condition)) {
        out->flags = VAD_SINGULAR;
        return;
    }
    sum_up(r, gate, wind, &sums); /* once more with what is left: rounding of the first solution */
    (void)solve(&sums, wind, &out->condition);
    out->u = wind[0];
    out->v = wind[1];
    out->w = wind[2];
    out->speed = hypot(wind[0], wind[1]);
    out->from_direction_deg = vad_from_direction_deg(wind[0], wind[1]);
    out->rmse = rmse_of(r, gate, wind, sums.rays);
    out->flags = (out->condition > limits->condition_max ? VAD_ILL_CONDITIONED : 0U) |
                 (out->rmse > limits->rmse_max ? VAD_RESIDUAL : 0U);
}

/* --- profiles ------------------------------------------------------------------------------- */

void vad_flag_jumps(VadFit *fits, size_t gates, const VadLimits *limits)
{
    VadFit *below = NULL;
    for (size_t g = 0; g < gates; g++) {
        VadFit *f = &fits[g];
        if (isnan(f->u))
            continue;
        if (below &&
            hypot(hypot(f->u - below->u, f->v - below->v), f->w - below->w) > limits->jump_max) {
            f->flags |= VAD_JUMP;
            below->flags |= VAD_JUMP;
        }
        below = f;
    }
}

void vad_profile(const VadRays *r, const VadLimits *limits, VadFit *out)
{
    for (size_t g = 0; g < r->gates; g++)
        fit_gate(r, g, limits, &out[g]);
    vad_flag_jumps(out, r->gates, limits);
}

/* --- scans ---------------------------------------------------------------------------------- */

/* From one azimuth to another the shorter way, -180 to 180. */
static double turn(double from_deg, double to_deg)
{
    return remainder(to_deg - from_deg, FULL_CIRCLE_DEG);
}

static bool is_vertical(double elevation_deg)
{
    return fabs(elevation_deg - 90) < 0.5;
}

/* The beam's way round. False: it has come round. */
static bool turn_to(VadScan *s, double azimuth)
{
    const double near_deg = 1;
    double turned = s->turned_deg + turn(s->last_deg, azimuth);
    bool back = fabs(turn(s->first_deg, azimuth)) <= near_deg;
    if ((s->away && back) || fabs(turned) >= FULL_CIRCLE_DEG - near_deg)
        return false;
    if (fabs(turn(s->step_deg, azimuth)) > near_deg) {
        s->step_deg = azimuth;
        s->steps++;
    }
    s->turned_deg = turned;
    s->last_deg = azimuth;
    s->away = s->away || !back;
    return true;
}

bool vad_scan_takes(VadScan *s, double time_s, double azimuth_deg, double elevation_deg,
                    double gap_max_s)
{
    const double level_deg = 1;
    if (s->rays > 0 && fabs(time_s - s->time_s) > gap_max_s)
        return false;
    bool slanted = !is_vertical(elevation_deg) && isfinite(azimuth_deg);
    if (slanted && s->steps == 0) {
        s->first_deg = s->last_deg = s->step_deg = azimuth_deg;
        s->elevation_deg = elevation_deg;
        s->steps = 1;
    } else if (slanted && (!(fabs(elevation_deg - s->elevation_deg) <= level_deg) ||
                           !turn_to(s, azimuth_deg))) {
        return false;
    }
    if (s->rays == 0 || isfinite(time_s))
        s->time_s = time_s;
    s->rays++;
    return true;
}
