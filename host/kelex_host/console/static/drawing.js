// When the scene is drawn. ui.scene asks for a picture without end; it gets one only when something has changed.
//
// A still drone on an open page then costs next to nothing. Where drawing is slow it is done less often, so that the
// page stays quick; without a graphics card at all, five times a second at most.
const SOFTWARE_MS = 200;
const SLOW_MS = 70;
const SLOWEST_MS = 500;

export class Drawing {
  constructor(component) {
    const { renderer, controls, text_renderer, text3d_renderer } = component;
    const gl = renderer.getContext();
    const about = gl.getExtension("WEBGL_debug_renderer_info");
    this.software = /swiftshader|llvmpipe|software/i.test(about ? gl.getParameter(about.UNMASKED_RENDERER_WEBGL) : "");
    this.pictures = 0; // so many were drawn
    this.changed = true;
    this.paced(renderer);
    controls.addEventListener("change", () => this.change());
    const resize = renderer.setSize.bind(renderer);
    renderer.setSize = (...size) => {
      resize(...size); // which wipes the picture
      this.change();
    };
    // There is no text in the scene, but looking for it takes a walk through all of it.
    text_renderer.render = text3d_renderer.render = () => {};
  }

  // Something looks different from now on.
  change() {
    this.changed = true;
  }

  paced(renderer) {
    const least = this.software ? SOFTWARE_MS : 0;
    const draw = renderer.render.bind(renderer);
    let drawn = 0, seen = performance.now(), usual = 16, every = least;
    renderer.render = (scene, camera) => {
      const now = performance.now();
      usual += 0.1 * (Math.min(SLOWEST_MS, now - seen) - usual);
      seen = now;
      every = usual > SLOW_MS ? Math.min(SLOWEST_MS, every + 20) : Math.max(least, every - 10);
      if (!this.changed || now - drawn < every) return;
      drawn = now;
      this.changed = false;
      this.pictures += 1;
      draw(scene, camera);
    };
  }
}
