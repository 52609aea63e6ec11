import { render } from "preact";
import { version } from "xent";

render(<h1>xent {version}</h1>, document.getElementById("page") as HTMLElement);
